"""Reading clips: the frames of a video file or of a folder of pictures, one at a time."""

import os
import pathlib
import re
import subprocess
import tempfile
from collections.abc import Iterator

import numpy as np
from absl import logging

from encoder.images import list_images, read_image
from stylegan_tf.errors import InputError


def read_frames(path: str | os.PathLike) -> Iterator[np.ndarray]:
    """The frames of a clip in order: uint8 RGB `[H, W, 3]`; never more than one in memory.

    Args:
      path: a video file of any kind that ffmpeg reads, turned upright, or a folder of pictures.

    Raises:
      InputError: no such file, not a video, or no pictures in the folder.
    """
    path = pathlib.Path(path)
    if path.is_dir():
        for file in list_images(path):
            yield read_image(file)
        return
    _check_file(path)
    # PPM pictures carry their own size, so nothing has to be known of the video beforehand.
    command = [_ffmpeg(), "-loglevel", "error", "-i", str(path)]
    command += ["-map", "0:v:0", "-f", "image2pipe", "-c:v", "ppm", "-"]
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors
        ) as process,
    ):
        count = 0
        try:
            while (frame := _read_ppm(process.stdout)) is not None:
                yield frame
                count += 1
            process.wait()
        finally:
            process.kill()
        errors.seek(0)
        said = errors.read().decode(errors="replace").strip().splitlines() or ["no frames"]
        if not count:
            raise InputError(f"{path} is not a video that ffmpeg can read: {said[-1]}")
        if process.returncode:
            logging.warning("%s is damaged after frame %d: %s", path, count, said[-1])


def clip_fps(path: str | os.PathLike) -> float | None:
    """The frame rate a video file states; None for a folder of pictures.

    Raises:
      InputError: no such file, or ffmpeg finds no frame rate in it.
    """
    path = pathlib.Path(path)
    if path.is_dir():
        return None
    _check_file(path)
    result = subprocess.run(
        [_ffmpeg(), "-hide_banner", "-i", str(path)],
        capture_output=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    match = re.search(r"Video:.* ([\d.]+)(k?) fps", result.stderr.decode(errors="replace"))
    if not match:
        raise InputError(f"{path} is not a video that ffmpeg can read: no frame rate in it")
    return float(match.group(1)) * (1000 if match.group(2) else 1)


def _check_file(path: pathlib.Path) -> None:
    if not path.is_file():
        raise InputError(f"there is no clip {path}")


def _ffmpeg() -> str:
    import imageio_ffmpeg

    return imageio_ffmpeg.get_ffmpeg_exe()


def _read_ppm(stream) -> np.ndarray | None:
    """The next binary PPM as ffmpeg writes it: `P6`, `width height`, `255`, a line each."""
    if stream.readline() != b"P6\n":
        return None
    width, height = map(int, stream.readline().split())
    stream.readline()
    pixels = stream.read(width * height * 3)
    if len(pixels) < width * height * 3:
        return None  # ffmpeg was stopped in the middle of a frame
    return np.frombuffer(pixels, np.uint8).reshape(height, width, 3)
