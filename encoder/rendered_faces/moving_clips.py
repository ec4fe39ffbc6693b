"""Clips of a rendered face that moves about in a picture, calm and with an emotion: a known truth.

What an edit of the calm clip should come to is the clip with the emotion, frame by frame.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from PIL import Image

from encoder.rendered_faces.parameters import sample_identities, with_expression
from encoder.rendered_faces.renderer import render_face

_FACE_SHARE = 0.75  # of the picture's side that the rendered square takes
_SHIFT, _ZOOM, _ROLL = 0.05, 0.06, 0.08  # amplitudes: of the side, of the size, in radians
_PERIODS = (2.1, 2.9, 3.7, 4.3)  # seconds


def moving_clip(
    person: np.ndarray,
    expression: str,
    strengths: Sequence[float] | np.ndarray,
    size: int,
    fps: float,
) -> Iterator[np.ndarray]:
    """Frames uint8 RGB `[size, size, 3]`; the motion depends on the frame's number alone.

    Args:
      person: float32 `[P]`, a face's parameters without expression.
      expression: a name of `EXPRESSIONS`.
      strengths: of the expression, one a frame.
      size: side of the frames in pixels.
      fps: frames a second.
    """
    side = round(size * _FACE_SHARE)
    for number, strength in enumerate(strengths):
        face = render_face(with_expression(person, expression, float(strength)), side)
        yield _place(face, size, number / fps)


def _place(face: np.ndarray, size: int, seconds: float) -> np.ndarray:
    """A rendered square somewhere near the middle, its edge pixels drawn on to the frame's edge."""
    x, y, zoom, roll = (np.sin(2 * np.pi * seconds / period) for period in _PERIODS)
    padded = np.pad(face, ((size, size), (size, size), (0, 0)), mode="edge")
    scale, angle = 1 + _ZOOM * zoom, _ROLL * roll
    # Pillow asks where in the source a pixel of the result comes from.
    back = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]]) / scale
    middle = size / 2 + _SHIFT * size * np.array([x, y])
    shift = np.full(2, padded.shape[0] / 2) - back @ middle
    matrix = np.column_stack([back, shift]).ravel().tolist()
    placed = Image.fromarray(padded).transform(
        (size, size), Image.Transform.AFFINE, matrix, Image.Resampling.BICUBIC
    )
    return np.asarray(placed)


def draw_person(seed: int) -> np.ndarray:
    """The parameters of a person without expression, float32 `[P]`."""
    return np.asarray(sample_identities(1, np.random.default_rng(seed))[0])
