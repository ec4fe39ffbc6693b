"""Whose face it is: dlib's face descriptor and the distance between two of them."""

import numpy as np

from encoder.faces import dlib_models
from encoder.faces.landmarks import Face
from encoder.images import check_image

# dlib's documented threshold: closer than this, two faces count as one person's.
SAME_PERSON_DISTANCE = 0.6


def describe_face(image: np.ndarray, face: Face) -> np.ndarray:
    """dlib's descriptor of a face, float32 [128].

    Args:
      image: uint8 RGB [H, W, 3].
      face: one of `detect_faces(image)`.
    """
    import dlib

    image = np.ascontiguousarray(check_image(image))
    points = [dlib.point(round(float(x)), round(float(y))) for x, y in face.landmarks]
    left, top, right, bottom = (round(side) for side in face.box)
    shape = dlib.full_object_detection(
        dlib.rectangle(left, top, right - 1, bottom - 1), dlib.points(points)
    )
    descriptor = dlib_models.face_descriptor().compute_face_descriptor(image, shape)
    return np.array(descriptor, np.float32)


def identity_distance(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """L2 distance between descriptors [..., 128]; below 0.6 they count as one person's."""
    return np.linalg.norm(np.asarray(a, np.float32) - np.asarray(b, np.float32), axis=-1)
