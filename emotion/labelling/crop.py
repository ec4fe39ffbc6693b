"""Tight crops of faces, as classifiers of emotions expect them (thesis 3.5)."""

import numpy as np
from PIL import Image

from stylegan_tf.errors import InputError

BOX_OFFSET = 10  # pixels that fer adds on every side of a detected box
PADDING = 40  # pixels that fer adds around the picture, so that boxes may reach over its edge
# The face in an FFHQ-aligned picture (left, top, right, bottom, as parts of its side): the mean box
# of dlib's CNN detector, (0.22, 0.28, 0.76, 0.82), and a margin like fer's own.
ALIGNED_BOX = (0.2, 0.25, 0.8, 0.85)
# Larger aligned pictures are reduced to this side first: the classifiers' own resize skips pixels.
_ALIGNED_SIZE = 256


def crop_face(image: np.ndarray, box: tuple[float, float, float, float]) -> np.ndarray:
    """Cuts out a face as fer does before it classifies one.

    The shorter side of the box is lengthened to make it square, every side moves out by
    `BOX_OFFSET` pixels, and where that leaves the picture, the mean colour of its two bottom rows
    fills in, up to `PADDING` pixels.

    Args:
        image: uint8 RGB `[H, W, 3]`.
        box: (left, top, right, bottom) of the face in pixels of `image`.

    Returns:
        uint8 RGB `[h, w, 3]`.

    Raises:
        InputError: the box is empty or outside the picture.
    """
    left, top, right, bottom = (round(value) for value in box)
    width, height = right - left, bottom - top
    if width > 0 and height > 0:
        if height > width:
            left -= (height - width) // 2
        else:
            top -= (width - height) // 2
        side = max(width, height)
        # The picture's pixel (x, y) is the padded picture's (x + PADDING, y + PADDING).
        left, right = left - BOX_OFFSET + PADDING, left + side + BOX_OFFSET + PADDING
        top, bottom = top - BOX_OFFSET + PADDING, top + side + BOX_OFFSET + PADDING
        rows, columns = image.shape[0] + 2 * PADDING, image.shape[1] + 2 * PADDING
        left, top = max(left, 0), max(top, 0)
        right, bottom = min(right, columns), min(bottom, rows)
    if width <= 0 or height <= 0 or left >= right or top >= bottom:
        raise InputError(f"box {box} holds nothing of a {image.shape[1]}×{image.shape[0]} picture")
    crop = np.empty((bottom - top, right - left, 3), np.uint8)
    crop[:] = np.rint(image[-2:].mean(axis=(0, 1)))
    y0, y1 = max(top, PADDING), min(bottom, PADDING + image.shape[0])
    x0, x1 = max(left, PADDING), min(right, PADDING + image.shape[1])
    if y0 < y1 and x0 < x1:
        crop[y0 - top : y1 - top, x0 - left : x1 - left] = image[
            y0 - PADDING : y1 - PADDING, x0 - PADDING : x1 - PADDING
        ]
    return crop


def crop_aligned_face(aligned: np.ndarray) -> np.ndarray:
    """Cuts the face out of an FFHQ-aligned picture, without a detector.

    Alignment puts the eyes and the mouth at fixed places, so the box is the same in every picture.

    Args:
        aligned: uint8 RGB `[S, S, 3]`.

    Returns:
        uint8 RGB `[h, h, 3]`, 154 pixels a side for S ≥ 256.
    """
    image = Image.fromarray(aligned)
    if image.width > _ALIGNED_SIZE:
        image = image.resize((_ALIGNED_SIZE, _ALIGNED_SIZE), Image.Resampling.BOX)
    left, top, right, bottom = (round(part * image.width) for part in ALIGNED_BOX)
    return np.asarray(image)[top:bottom, left:right]
