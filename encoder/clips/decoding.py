"""The frames of a clip, one at a time, and where its shots change (thesis 3.4)."""

import contextlib
import dataclasses
import os
import pathlib
import re
import subprocess
import tempfile
from collections.abc import Iterator

import imageio_ffmpeg
import numpy as np
from absl import logging
from PIL import Image

from stylegan_tf.errors import InputError

# A cut changes the picture in both senses: pixels of a thumbnail (mean absolute difference, parts
# of full scale) and colours (total variation between histograms). Motion changes the first only,
# a flicker of light mostly the second. Cuts of a dark stage clip gave 0.10 and 0.21 at least, its
# liveliest motion 0.05 and 0.06.
_CUT_PIXELS = 0.06
_CUT_COLOURS = 0.12
_THUMBNAIL = (32, 18)
_HISTOGRAM_BINS = 32


@dataclasses.dataclass(frozen=True)
class Frame:
    """One frame: `index` counted from 0, `seconds` from the start, `shot` counted from 0."""

    index: int
    seconds: float
    shot: int
    image: np.ndarray  # uint8 RGB [H, W, 3]


@dataclasses.dataclass(frozen=True)
class Clip:
    """A video file and what its header says."""

    path: pathlib.Path
    fps: float
    num_frames: int | None  # duration times rate, right to a frame or two; None if not stated


def open_clip(path: str | os.PathLike) -> Clip:
    """Reads the header of any video that ffmpeg reads.

    Raises:
        InputError: there is no such file, or it is not a video.
    """
    path = pathlib.Path(path)
    if not path.is_file():
        raise InputError(f"{path}: no such video file")
    said = subprocess.run(
        [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-i", str(path)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    ).stderr.decode(errors="replace")
    rate = re.search(r"Video: .*?([\d.]+)(k?) fps", said)
    if not rate:
        raise InputError(f"{path} is not a video that ffmpeg can read")
    fps = float(rate[1]) * (1000 if rate[2] else 1)
    length = re.search(r"Duration: (\d+):(\d+):([\d.]+)", said)
    if not length:
        return Clip(path, fps, None)
    seconds = int(length[1]) * 3600 + int(length[2]) * 60 + float(length[3])
    return Clip(path, fps, max(round(seconds * fps), 1))


def read_frames(clip: Clip, fps: float | None = None) -> Iterator[Frame]:
    """Decodes the frames of a clip; memory does not grow with its length.

    Args:
        clip: from `open_clip`.
        fps: how many frames a second to yield, evenly spread; None yields all. Shot changes are
            found among all frames, and indices count all frames, either way.

    Raises:
        InputError: `fps` is not positive, or more than the clip has.
    """
    if fps is not None and not 0 < fps <= clip.fps:
        raise InputError(f"fps {fps:g} is not between 0 and the {clip.fps:g} that {clip.path} has")
    share = 1.0 if fps is None else fps / clip.fps
    shot, before = 0, None
    with contextlib.closing(decode_frames(clip.path)) as images:
        for index, image in enumerate(images):
            look = _Look.of(image)
            shot += before is not None and look.is_cut_from(before)
            before = look
            if index == 0 or int(index * share) > int((index - 1) * share):
                yield Frame(index, index / clip.fps, shot, image)


@dataclasses.dataclass(frozen=True)
class _Look:
    thumbnail: np.ndarray
    histogram: np.ndarray

    @classmethod
    def of(cls, image: np.ndarray) -> "_Look":
        small = Image.fromarray(image).reduce(max(1, min(image.shape[:2]) // 90))
        thumbnail = np.asarray(small.resize(_THUMBNAIL, Image.Resampling.BOX), np.float32) / 255
        bins = np.asarray(small).reshape(-1, 3).astype(np.int64) * _HISTOGRAM_BINS // 256
        counts = [np.bincount(channel, minlength=_HISTOGRAM_BINS) for channel in bins.T]
        return cls(thumbnail, np.concatenate(counts) / (3 * len(bins)))

    def is_cut_from(self, other: "_Look") -> bool:
        pixels = np.abs(self.thumbnail - other.thumbnail).mean()
        colours = np.abs(self.histogram - other.histogram).sum() / 2
        return bool(pixels > _CUT_PIXELS and colours > _CUT_COLOURS)


def decode_frames(path: str | os.PathLike) -> Iterator[np.ndarray]:
    """All frames of a video file, uint8 RGB `[H, W, 3]`, upright, one at a time.

    Raises:
        InputError: ffmpeg finds no frame in it.
    """
    # ffmpeg sends PPM pictures: they state their own size.
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", "-i", str(path)]
    command += ["-map", "0:v:0", "-f", "image2pipe", "-codec:v", "ppm", "-"]
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors
        ) as process,
    ):
        count = 0
        try:
            while process.stdout.readline() == b"P6\n":
                width, height = map(int, process.stdout.readline().split())
                process.stdout.readline()
                pixels = process.stdout.read(width * height * 3)
                if len(pixels) < width * height * 3:
                    break
                yield np.frombuffer(pixels, np.uint8).reshape(height, width, 3)
                count += 1
            code = process.wait()
        finally:
            process.kill()
        errors.seek(0)
        said = errors.read().decode(errors="replace").strip().splitlines() or ["no frames"]
        if not count:
            raise InputError(f"{path} is not a video that ffmpeg can read: {said[-1]}")
        if code:
            logging.warning("%s is damaged after frame %d: %s", path, count, said[-1])
