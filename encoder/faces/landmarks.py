"""Faces in a picture and their 68 landmarks (thesis 3.3 and 3.4: a CNN-based detector)."""

import dataclasses
import math

import numpy as np

from encoder.faces import dlib_models
from encoder.faces.refinement import refine_landmarks
from encoder.images import check_image, resize_image
from stylegan_tf.errors import InputError

DETECTORS = ("cnn", "hog")

# The picture's longest side while it is searched, in pixels. The CNN finds faces of about 80 pixels
# and more, so 640 finds every face of an eighth of the longest side, in 2 s on one core; 1024 goes
# down to a thirteenth and takes 6 s.
DETECTION_SIZE = 640
# The same where a face fills the picture, as generated and aligned ones do: a small picture of it
# will do, and takes a sixth of the time.
CLOSE_UP_DETECTION_SIZE = 256
MAX_MAGNIFICATION = 4.0  # beyond it a small picture shows no more detail, only takes longer

# dlib's landmarks are whole pixels: smaller faces are magnified, so that rounding stays small.
_LANDMARK_FACE_SIZE = 256


@dataclasses.dataclass(frozen=True, eq=False)
class Face:
    """A face found in a picture; everything is in the picture's own pixels."""

    box: tuple[float, float, float, float]  # left, top, right, bottom
    confidence: float  # the detector's score; comparable within one detector only
    landmarks: np.ndarray  # float32 [68, 2], (x, y), in iBUG 300-W's order

    @property
    def size(self) -> float:
        """The longer side of the box."""
        left, top, right, bottom = self.box
        return max(right - left, bottom - top)


def detect_faces(
    image: np.ndarray,
    detector: str = "cnn",
    detection_size: int = DETECTION_SIZE,
    refine: bool = False,
) -> list[Face]:
    """Finds the faces of a picture, the largest first.

    Args:
      image: uint8 RGB [H, W, 3].
      detector: "cnn" (dlib's max-margin CNN) or "hog" (a hundred times faster, near-frontal only).
      detection_size: the picture is scaled until its longest side has this many pixels, but
        magnified 4 times at most, and searched there. Time grows with its square.
      refine: find the landmarks again in the face turned upright (see `refine_landmarks`), which
        the thesis does not; exacter, and steadier from frame to frame.

    Raises:
      InputError: a wrong argument, or a missing model file.
    """
    image = check_image(image)
    if detector not in DETECTORS:
        raise InputError(f"unknown detector {detector!r}; choose one of {', '.join(DETECTORS)}")
    if detection_size < 80:
        raise InputError(f"detection_size must be 80 pixels or more, not {detection_size}")
    height, width = image.shape[:2]
    scale = min(detection_size / max(height, width), MAX_MAGNIFICATION)
    small = resize_image(image, max(round(width * scale), 1), max(round(height * scale), 1))
    scale_x, scale_y = small.shape[1] / width, small.shape[0] / height

    faces = []
    for rectangle, confidence in _search(np.ascontiguousarray(small), detector):
        box = (
            rectangle.left() / scale_x,
            rectangle.top() / scale_y,
            (rectangle.right() + 1) / scale_x,  # dlib's right and bottom are the last pixel's
            (rectangle.bottom() + 1) / scale_y,
        )
        landmarks = find_landmarks(image, box)
        if refine:
            landmarks = refine_landmarks(image, landmarks)
        faces.append(Face(box, confidence, landmarks))
    return sorted(faces, key=lambda face: -face.size)


def _search(image: np.ndarray, detector: str) -> list[tuple]:
    if detector == "cnn":
        return [
            (found.rect, float(found.confidence)) for found in dlib_models.cnn_detector()(image)
        ]
    rectangles, scores, _ = dlib_models.hog_detector().run(image, 0, 0.0)
    return list(zip(rectangles, map(float, scores), strict=True))


def find_landmarks(image: np.ndarray, box: tuple[float, float, float, float]) -> np.ndarray:
    """The 68 landmarks of the face in `box` (left, top, right, bottom), float32 [68, 2]."""
    height, width = image.shape[:2]
    left, top, right, bottom = box
    size = max(right - left, bottom - top)
    # Half a face on every side is context enough for the predictor.
    x0, y0 = max(math.floor(left - size / 2), 0), max(math.floor(top - size / 2), 0)
    x1, y1 = min(math.ceil(right + size / 2), width), min(math.ceil(bottom + size / 2), height)
    crop = image[y0:y1, x0:x1]
    scale = max(_LANDMARK_FACE_SIZE / size, 1.0)
    crop = np.ascontiguousarray(
        resize_image(crop, round(crop.shape[1] * scale), round(crop.shape[0] * scale))
    )
    within = np.array([left - x0, top - y0, right - x0, bottom - y0]) * scale
    points = dlib_models.predict_landmarks(crop, within)
    # Pixel centres: x of the magnified crop is (x + 0.5) / scale - 0.5 of the original.
    return ((points + 0.5) / np.float32(scale) - 0.5 + np.array([x0, y0], np.float32)).astype(
        np.float32
    )
