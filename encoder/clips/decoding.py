"""Decoding of video files: what the header says, and the pictures one at a time (thesis 3.4)."""

import dataclasses
import os
import pathlib
import re
import subprocess
import tempfile
from collections.abc import Generator

import imageio_ffmpeg
import numpy as np
from absl import logging

from stylegan_tf.errors import InputError


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


def decode_frames(path: str | os.PathLike) -> Generator[np.ndarray]:
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
        assert process.stdout is not None  # since it is a pipe
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
