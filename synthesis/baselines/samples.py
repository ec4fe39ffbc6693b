"""What a training shows of itself: sheets of frames and animated grids."""

import math
import os
import pathlib

import numpy as np

from encoder.images import write_image
from synthesis.video.contact_sheet import contact_sheet
from synthesis.video.grids import tile_frames
from synthesis.video.writing import write_video

SHEET_FRAMES = 8
_GIF_FPS = 10.0


def to_pixels(videos: np.ndarray) -> np.ndarray:
    """[−1, 1] → uint8, values outside cut off."""
    return np.rint(np.clip((videos + 1) * 127.5, 0, 255)).astype(np.uint8)


def sample_sheet(videos: np.ndarray) -> np.ndarray:
    """A row per clip with up to 8 of its frames, evenly spaced: uint8 [h, w, 3].

    Args:
      videos: uint8 [n, T, H, W, 3].
    """
    count = min(SHEET_FRAMES, videos.shape[1])
    rows = np.linspace(0, videos.shape[1] - 1, count).round().astype(int)
    pictures = videos[:, rows].reshape(-1, *videos.shape[2:])
    return contact_sheet(list(pictures), [""] * len(pictures), columns=count, cell=videos.shape[2])


def write_samples(folder: str | os.PathLike, step: int, videos: np.ndarray) -> np.ndarray:
    """Writes `step000100.png`, a sheet of frames, and `step000100.gif`, the clips in a square.

    Args:
      folder: where to.
      step: of the training.
      videos: uint8 [n, T, H, W, 3].

    Returns:
      The sheet.
    """
    folder = pathlib.Path(folder)
    sheet = sample_sheet(videos)
    write_image(folder / f"step{step:06d}.png", sheet)
    grid = tile_frames(list(videos), math.ceil(math.sqrt(len(videos))))
    write_video(folder / f"step{step:06d}.gif", grid, _GIF_FPS)
    return sheet
