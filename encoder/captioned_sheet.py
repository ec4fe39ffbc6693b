"""Sheets of pictures with a caption above each column (thesis, figures 17 and 18)."""

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from encoder.images import resize_image
from stylegan_tf.pictures.tiling import tile

_SIDE = 256  # of each picture, in pixels
_CAPTION_HEIGHT = 16
_WHITE = 255


def captioned_sheet(rows: Sequence[Sequence[np.ndarray]], captions: Sequence[str]) -> np.ndarray:
    """Rows of pictures under captions.

    Args:
      rows: of uint8 images `[H, W, 3]`; all rows are as long as there are captions.
      captions: one a column.

    Returns:
      uint8 `[16 + 256 · rows, 256 · columns, 3]`.
    """
    cells = [resize_image(image, _SIDE, _SIDE) for images in rows for image in images]
    pictures = tile(cells, len(captions))
    above = ((_CAPTION_HEIGHT, 0), (0, 0), (0, 0))
    sheet = Image.fromarray(np.pad(pictures, above, constant_values=_WHITE))
    draw = ImageDraw.Draw(sheet)
    for column, caption in enumerate(captions):
        draw.text((column * _SIDE + 4, 2), caption, fill="black")
    return np.asarray(sheet)
