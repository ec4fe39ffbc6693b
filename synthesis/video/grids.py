"""Grid videos: several clips side by side, frame by frame."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from stylegan_tf.errors import InputError
from stylegan_tf.pictures.tiling import tile


def tile_frames(clips: Sequence[Iterable[np.ndarray]], columns: int) -> Iterator[np.ndarray]:
    """Several clips as one grid, left to right, then down; the last row is filled with black.

    Args:
      clips: iterables of uint8 `[H, W, 3]`, all of one size; the shortest ends the grid.
      columns: clips a row; `len(clips)` sets them side by side.

    Raises:
      InputError: no column, or clips of different sizes.
    """
    if columns < 1:
        raise InputError(f"a grid needs at least one column, not {columns}")
    for frames in zip(*clips, strict=False):
        shapes = {frame.shape for frame in frames}
        if len(shapes) > 1:
            raise InputError(f"clips of a grid differ in size: {sorted(shapes)}")
        yield tile(frames, columns)
