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

_FASTEST = 100_000.0  # frames per second
_SLACK = 2  # frames that the header may be wrong by
_STOPPED = 255  # ffmpeg's exit code after a signal that it caught
_CUT_SHORT = ("partial file", "ended prematurely", "Truncat", "truncat")
_MOST_SAID = 1 << 20  # bytes of ffmpeg's complaints


@dataclasses.dataclass(frozen=True)
class Clip:
    """A video file and what its header says."""

    path: pathlib.Path
    fps: float
    num_frames: int | None  # duration times rate, right to a frame or two; None if not stated
    allow_truncated: bool = False  # a file that ends early is read as far as it goes


def open_clip(path: str | os.PathLike, allow_truncated: bool = False) -> Clip:
    """Reads the header of any video that ffmpeg reads.

    Args:
        path: the file.
        allow_truncated: when its frames are read, take the readable part of a damaged file.

    Raises:
        InputError: there is no such file, or it is not a video.
    """
    path = pathlib.Path(path)
    if not path.is_file():
        raise InputError(f"{path}: no such video file")
    said = subprocess.run(
        [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-i", _address(path)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    ).stderr.decode(errors="replace")
    rate = re.search(r"Video: .*?([\d.]+)(k?) fps", said)
    if not rate:
        raise InputError(f"{path} is not a video that ffmpeg can read")
    fps = float(rate[1]) * (1000 if rate[2] else 1)
    if not 0 < fps <= _FASTEST:
        raise InputError(f"{path} states {fps:g} frames per second")
    length = re.search(r"Duration: (\d+):(\d+):([\d.]+)", said)
    if not length:
        return Clip(path, fps, None, allow_truncated)
    seconds = int(length[1]) * 3600 + int(length[2]) * 60 + float(length[3])
    return Clip(path, fps, max(round(seconds * fps), 1), allow_truncated)


def decode_frames(clip: Clip | str | os.PathLike) -> Generator[np.ndarray]:
    """All frames of a video file, uint8 RGB `[H, W, 3]`, upright, one at a time.

    ffmpeg repeats or drops frames where the rate varies, so that there are as many as the
    duration times the rate; a video track may end before the sound does.

    Args:
        clip: from `open_clip`, or a path.

    Raises:
        InputError: ffmpeg finds no frame in it, ended badly, or the file ends before the clip
            does; the readable part of such a file is what comes if the clip allows it.
    """
    if not isinstance(clip, Clip):
        clip = open_clip(clip)
    # ffmpeg sends PPM pictures: they state their own size.
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", "-i", _address(clip.path)]
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
        said = errors.read(_MOST_SAID).decode(errors="replace").strip().splitlines()
    _check_end(clip, count, code, said)


def _check_end(clip: Clip, count: int, code: int, said: list[str]) -> None:
    last = said[-1] if said else "no frames"
    if code < 0 or code == _STOPPED:
        raise InputError(
            f"{clip.path}: ffmpeg was stopped after frame {count} (no memory left?); run it again"
        )
    if not count:
        raise InputError(f"{clip.path} is not a video that ffmpeg can read: {last}")
    cut = any(word in line for line in said for word in _CUT_SHORT)
    if not code and not cut and clip.num_frames is not None:
        missing = clip.num_frames - count
        cut = missing > _SLACK and _readable_seconds(clip) * clip.fps < clip.num_frames - _SLACK
    if not code and not cut:
        return
    whole = "" if clip.num_frames is None else f" of about {clip.num_frames}"
    if not clip.allow_truncated:
        raise InputError(
            f"{clip.path} is damaged or cut short after frame {count}{whole} ({last}); "
            "--allow_truncated uses the readable part"
        )
    logging.warning("%s is cut short after frame %d%s: %s", clip.path, count, whole, last)


def _readable_seconds(clip: Clip) -> float:
    """Up to when the file has data, of pictures or of sound; nothing is decoded."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", "-nostats", "-progress", "-"]
    command += ["-i", _address(clip.path), "-map", "0:v?", "-map", "0:a?", "-c", "copy"]
    run = subprocess.run(
        [*command, "-f", "null", os.devnull],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    times = re.findall(rb"out_time_us=(\d+)", run.stdout)
    return int(times[-1]) / 1e6 if times else 0.0


def _address(path: pathlib.Path) -> str:
    """As ffmpeg takes any name: without this, one of a colon is a protocol and '-' is stdin."""
    return f"file:{path}"
