"""Contact sheets: labelled pictures in rows and columns."""

import math
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from encoder.images import resize_image
from stylegan_tf.errors import InputError
from stylegan_tf.pictures.tiling import tile
from synthesis.video.labels import label_font

_WHITE = 255
_INK = (0, 0, 0)


def contact_sheet(
    pictures: Sequence[np.ndarray],
    labels: Sequence[str],
    columns: int | None = None,
    cell: int = 256,
    row_labels: Sequence[str] = (),
) -> np.ndarray:
    """Pictures in rows, left to right, each with its label below.

    Args:
      pictures: n square ones, uint8 `[H, W, 3]`.
      labels: n labels; an empty one leaves the place under its picture free.
      columns: pictures a row; None for about as many as rows.
      cell: side of each picture on the sheet, in pixels.
      row_labels: a word before each row, one for every row, or none.

    Returns:
      uint8 `[h, w, 3]`.

    Raises:
      InputError: no pictures, or not as many labels as pictures or rows.
    """
    if not len(pictures):
        raise InputError("a contact sheet needs at least one picture")
    if len(pictures) != len(labels):
        raise InputError(f"{len(pictures)} pictures do not go with {len(labels)} labels")
    columns = columns or math.ceil(math.sqrt(len(pictures)))
    rows = math.ceil(len(pictures) / columns)
    if row_labels and len(row_labels) != rows:
        raise InputError(f"{rows} rows do not go with {len(row_labels)} row labels")
    letters = max(cell // 12, 9)
    font, margin = label_font(letters), letters // 2
    band = letters * 2 if any(labels) else 0
    widest = max((font.getlength(text) for text in row_labels), default=0)
    left = margin + (math.ceil(widest) + margin if row_labels else 0)
    cells = [np.full((cell + band, cell, 3), _WHITE, np.uint8) for _ in range(rows * columns)]
    for place, picture in zip(cells, pictures, strict=False):
        place[:cell] = resize_image(np.asarray(picture), cell, cell)
    rims = ((margin, margin), (left, margin), (0, 0))
    tiled = tile(cells, columns, margin, _WHITE)
    sheet = Image.fromarray(np.pad(tiled, rims, constant_values=_WHITE))
    draw = ImageDraw.Draw(sheet)
    for index, label in enumerate(labels):
        row, column = divmod(index, columns)
        x, y = left + column * (cell + margin), margin + row * (cell + band + margin)
        draw.text((x + cell // 2, y + cell + band // 2), label, _INK, font, anchor="mm")
        if row_labels and column == 0:
            draw.text((left - margin, y + cell // 2), row_labels[row], _INK, font, anchor="rm")
    return np.asarray(sheet)
