"""Pictures of one size set out in rows: what every grid, sheet and strip is made with."""

from collections.abc import Sequence

import numpy as np

from stylegan_tf.errors import InputError


def tile(images: Sequence[np.ndarray], columns: int, gap: int = 0, ground: int = 0) -> np.ndarray:
    """Images as one sheet, left to right, then down.

    Args:
      images: `[H, W, C]` each, of one size.
      columns: images a row; the last row is filled up with the ground.
      gap: pixels between neighbours.
      ground: level of gaps and empty places, 0 is black.

    Returns:
      `[rows · H + (rows − 1) · gap, columns · W + (columns − 1) · gap, C]` of the images' type;
      no more columns than images.

    Raises:
      InputError: no image, no column, or images of different sizes.
    """
    if columns < 1 or not len(images):
        raise InputError("a sheet needs at least one image and one column")
    shapes = {np.shape(image) for image in images}
    if len(shapes) > 1:
        raise InputError(f"pictures of a sheet differ in size: {sorted(shapes)}")
    columns = min(columns, len(images))
    rows = -(-len(images) // columns)
    height, width, channels = np.shape(images[0])
    size = (rows * (height + gap) - gap, columns * (width + gap) - gap, channels)
    sheet = np.full(size, ground, np.asarray(images[0]).dtype)
    for index, image in enumerate(images):
        row, column = divmod(index, columns)
        y, x = row * (height + gap), column * (width + gap)
        sheet[y : y + height, x : x + width] = image
    return sheet
