"""Whether a clip can be heard."""

import os
import pathlib
import subprocess

import imageio_ffmpeg


def has_sound(path: str | os.PathLike) -> bool:
    """Whether a video file has a sound track; False too for what is no video."""
    said = subprocess.run(
        [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-i", f"file:{pathlib.Path(path)}"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    ).stderr.decode(errors="replace")
    return any(
        line.strip().startswith("Stream #") and "Audio:" in line for line in said.splitlines()
    )
