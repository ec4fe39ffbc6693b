"""Labels burnt into frames."""

import functools
from collections.abc import Iterable, Iterator

import numpy as np
from PIL import Image, ImageDraw, ImageFont

_LABEL_HEIGHT = 1 / 16  # of the picture's height


@functools.cache
def label_font(size: int) -> ImageFont.FreeTypeFont:
    """The font that comes with Pillow, the same everywhere; `size` in pixels."""
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)  # of a given size: not the bitmap font
    return font


def draw_label(frame: np.ndarray, text: str) -> np.ndarray:
    """White letters with a dark rim at the bottom left: uint8 `[H, W, 3]` → the same, a copy."""
    picture = Image.fromarray(np.asarray(frame))
    size = max(round(picture.height * _LABEL_HEIGHT), 8)
    ImageDraw.Draw(picture).text(
        (size // 2, picture.height - size // 2),
        text,
        font=label_font(size),
        fill=(255, 255, 255),
        anchor="ls",
        stroke_width=max(size // 12, 1),
        stroke_fill=(0, 0, 0),
    )
    return np.asarray(picture)


def burn_labels(frames: Iterable[np.ndarray], labels: Iterable[str]) -> Iterator[np.ndarray]:
    """Draws one label into each frame; ends with the shorter of the two."""
    for frame, label in zip(frames, labels, strict=False):
        yield draw_label(frame, label)
