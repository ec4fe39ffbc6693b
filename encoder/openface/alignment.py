"""OpenFace's own face alignment: three landmarks are taken to fixed places of a 96×96 picture.

The templates are means of dlib's 68 landmarks, scaled to [0, 1] over all of them (align_dlib.py of
OpenFace; Amos, Ludwiczuk and Satyanarayanan 2016).
"""

import dataclasses

import numpy as np
from scipy import ndimage

from encoder.images import check_image
from stylegan_tf.errors import InputError

ALIGNED_SIZE = 96


@dataclasses.dataclass(frozen=True)
class AlignmentTemplate:
    """Which three of the 68 landmarks go where, in parts of the aligned picture's side."""

    landmarks: tuple[int, int, int]
    places: tuple[tuple[float, float], tuple[float, float], tuple[float, float]]


TEMPLATES = {
    # nn4.small2.v1 was trained on faces aligned so.
    "outer-eyes-and-nose": AlignmentTemplate(
        (36, 45, 33), ((0.194157, 0.169267), (0.788859, 0.158171), (0.494951, 0.514441))
    ),
    "inner-eyes-and-bottom-lip": AlignmentTemplate(
        (39, 42, 57), ((0.363785, 0.177947), (0.618963, 0.172778), (0.500204, 0.750584))
    ),
}
DEFAULT_TEMPLATE = "outer-eyes-and-nose"


def align_for_openface(
    image: np.ndarray,
    landmarks: np.ndarray,
    template: str = DEFAULT_TEMPLATE,
    size: int = ALIGNED_SIZE,
) -> np.ndarray:
    """Cuts out a face as OpenFace does: an affine map, bilinear, black outside the picture.

    Args:
      image: uint8 RGB `[H, W, 3]`.
      landmarks: `[68, 2]`, (x, y) in pixels of `image`.
      template: a name of `TEMPLATES`.
      size: side of the result, in pixels.

    Returns:
      uint8 RGB `[size, size, 3]`.

    Raises:
      InputError: a wrong argument, or three landmarks on one line.
    """
    image = check_image(image)
    matrix = alignment_matrix(landmarks, template, size)
    # From a pixel of the result back to the picture, rows before columns.
    backward = np.linalg.inv(matrix[::-1, 1::-1])
    offset = -backward @ matrix[::-1, 2]
    channels = [
        ndimage.affine_transform(
            channel, backward, offset, (size, size), order=1, mode="grid-constant"
        )
        for channel in np.moveaxis(image.astype(np.float32), -1, 0)
    ]
    return np.rint(np.stack(channels, axis=-1)).astype(np.uint8)


def alignment_matrix(
    landmarks: np.ndarray, template: str = DEFAULT_TEMPLATE, size: int = ALIGNED_SIZE
) -> np.ndarray:
    """The affine map float64 `[2, 3]` from the picture's pixels (x, y, 1) to the aligned one's.

    Raises:
      InputError: a wrong argument, or three landmarks on one line.
    """
    if template not in TEMPLATES:
        raise InputError(f"unknown template {template!r}; choose one of {', '.join(TEMPLATES)}")
    if size < 1:
        raise InputError(f"size must be positive, not {size}")
    points = np.asarray(landmarks, np.float64)
    if points.shape != (68, 2) or not np.isfinite(points).all():
        raise InputError(f"landmarks must be 68 finite points, not an array {points.shape}")
    chosen = TEMPLATES[template]
    corners = np.column_stack([points[list(chosen.landmarks)], np.ones(3)])
    area = abs(np.linalg.det(corners)) / 2
    if area < 1:
        raise InputError("the eyes and the third landmark are on one line; there is no face")
    places = np.array(chosen.places) * size
    return np.asarray(np.linalg.solve(corners, places).T)
