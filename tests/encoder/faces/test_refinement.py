import math
import pathlib

import numpy as np
import pytest
from PIL import Image

from encoder.faces.alignment import face_square
from encoder.faces.landmarks import detect_faces
from encoder.faces.refinement import refine_landmarks
from encoder.images import read_image
from stylegan_tf.errors import InputError

FACE = pathlib.Path(__file__).parents[2] / "data" / "encoder" / "rendered_face.png"
MIDDLE = 127.5


@pytest.fixture(scope="module")
def picture():
    return read_image(FACE)


@pytest.fixture(scope="module")
def landmarks(picture):
    (face,) = detect_faces(picture, "hog", 256, refine=True)
    return face.landmarks


def _turn(points, degrees):
    """Turns points as `Image.rotate` turns a picture of 256×256."""
    a = math.radians(degrees)
    return (points - MIDDLE) @ np.array(
        [[math.cos(a), -math.sin(a)], [math.sin(a), math.cos(a)]]
    ) + MIDDLE


def test_a_turned_face_has_turned_landmarks(picture, landmarks):
    turned = np.asarray(Image.fromarray(picture).rotate(20, Image.Resampling.BICUBIC))
    expected = _turn(landmarks, 20)
    (plain,) = detect_faces(turned, "hog", 256)
    refined = refine_landmarks(turned, plain.landmarks)
    assert refined.shape == (68, 2)
    assert refined.dtype == np.float32
    error = np.linalg.norm(refined - expected, axis=1).mean()
    assert error < 1
    assert error < 0.6 * np.linalg.norm(plain.landmarks - expected, axis=1).mean()


def test_a_mirrored_face_has_mirrored_landmarks(picture, landmarks):
    flipped = np.ascontiguousarray(picture[:, ::-1])
    (face,) = detect_faces(flipped, "hog", 256, refine=True)
    eyes = landmarks[36:48].reshape(2, 6, 2).mean(axis=1)
    mirrored = face.landmarks[36:48].reshape(2, 6, 2).mean(axis=1)
    mirrored[:, 0] = 255 - mirrored[:, 0]
    np.testing.assert_allclose(mirrored[::-1], eyes, atol=0.7)
    np.testing.assert_allclose(
        face_square(face.landmarks).centre,
        [255, 0] + face_square(landmarks).centre * [-1, 1],
        atol=0.7,
    )


def test_refuses_landmarks_of_no_face(picture):
    with pytest.raises(InputError, match="all but coincide"):
        refine_landmarks(picture, np.zeros((68, 2)))
