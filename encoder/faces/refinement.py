"""Landmarks found again in the face turned upright: an improvement on dlib's first answer.

dlib's predictor was trained on upright faces and starts from the detector's box, so its landmarks
depend on how a face is turned and on where the box happens to lie. Both are taken out here: the
face is cut out upright, and what the predictor says of slightly different boxes and of the mirror
image is averaged.
"""

import numpy as np
from PIL import Image

from encoder.faces.alignment import face_square
from encoder.faces.dlib_models import predict_landmarks

_SIDE = 512  # of the upright picture, in pixels
# Where dlib's CNN detector sees a face that FFHQ's square frames: left, top, right, bottom.
_BOX = np.array([0.22, 0.28, 0.77, 0.83])
_SHIFT = 0.03
_JITTER = _SHIFT * np.array([
    [0, 0, 0, 0], [1, 0, 1, 0], [-1, 0, -1, 0], [0, 1, 0, 1], [0, -1, 0, -1],
    [1, 1, -1, -1], [-1, -1, 1, 1],
])  # fmt: skip
# For each of iBUG 300-W's 68 landmarks, the one across the face.
_MIRRORED = np.array([
    *range(16, -1, -1), *range(26, 16, -1), *range(27, 31), *range(35, 30, -1),
    45, 44, 43, 42, 47, 46, 39, 38, 37, 36, 41, 40,
    *range(54, 47, -1), *range(59, 54, -1), *range(64, 59, -1), *range(67, 64, -1),
])  # fmt: skip


def refine_landmarks(image: np.ndarray, landmarks: np.ndarray) -> np.ndarray:
    """Finds the landmarks of a face again, from a first guess.

    Args:
      image: uint8 RGB [H, W, 3].
      landmarks: [68, 2], (x, y) in pixels of `image`.

    Returns:
      float32 [68, 2]. How much they gain is in docs/encoder.md.

    Raises:
      InputError: the first landmarks all but coincide.
    """
    # The first round turns the face upright, the second one averages.
    once = _predict_upright(image, landmarks, _JITTER[:1], mirror=False)
    return _predict_upright(image, once, _JITTER, mirror=True)


def _predict_upright(
    image: np.ndarray, landmarks: np.ndarray, jitter: np.ndarray, mirror: bool
) -> np.ndarray:
    square = face_square(landmarks)
    right = square.half_side
    down = np.array([-right[1], right[0]])
    # From pixels of the upright picture, counted from its corner, to those of the image.
    to_image = np.column_stack([2 / _SIDE * right, 2 / _SIDE * down, square.corners[0] + 0.5])
    turned = Image.fromarray(image).transform(
        (_SIDE, _SIDE),
        Image.Transform.AFFINE,
        to_image.ravel().tolist(),
        Image.Resampling.BICUBIC,
    )
    upright = np.asarray(turned)
    boxes = (_BOX + jitter) * _SIDE
    found = [predict_landmarks(upright, box) for box in boxes]
    if mirror:
        flipped = np.ascontiguousarray(upright[:, ::-1])
        for left, top, right, bottom in boxes:
            points = predict_landmarks(flipped, (_SIDE - right, top, _SIDE - left, bottom))
            points[:, 0] = _SIDE - 1 - points[:, 0]
            found.append(points[_MIRRORED])
    middle = np.mean(found, axis=0, dtype=np.float64) + 0.5
    return (middle @ to_image[:, :2].T + to_image[:, 2] - 0.5).astype(np.float32)
