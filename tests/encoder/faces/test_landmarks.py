import pathlib

import numpy as np
import pytest

from encoder.faces.landmarks import detect_faces
from encoder.images import read_image, resize_image
from stylegan_tf.errors import InputError

FACE = pathlib.Path(__file__).parents[2] / "data" / "encoder" / "rendered_face.png"


@pytest.fixture(scope="module")
def picture():
    return read_image(FACE)


def _eyes_and_mouth(landmarks):
    return np.stack([
        landmarks[36:42].mean(0), landmarks[42:48].mean(0), landmarks[[48, 54]].mean(0)
    ])  # fmt: skip


# Read off the picture by eye.
EYES_AND_MOUTH = np.array([[95, 119], [161, 119], [127, 183]])


@pytest.mark.parametrize("detector", ["cnn", "hog"])
def test_finds_the_face_and_its_landmarks(picture, detector):
    (face,) = detect_faces(picture, detector, detection_size=192)
    left, top, right, bottom = face.box
    assert 30 < left < 75
    assert 180 < right < 230
    assert 55 < top < 95
    assert 190 < bottom < 240
    assert face.landmarks.dtype == np.float32
    assert face.landmarks.shape == (68, 2)
    assert np.abs(_eyes_and_mouth(face.landmarks) - EYES_AND_MOUTH).max() < 8
    assert face.confidence > 0.8


@pytest.mark.parametrize("size", [64, 1500])
def test_landmarks_are_in_the_pictures_own_pixels(picture, size):
    (face,) = detect_faces(resize_image(picture, size, size), "hog", detection_size=192)
    assert np.abs(_eyes_and_mouth(face.landmarks) * 256 / size - EYES_AND_MOUTH).max() < 8


def test_largest_face_comes_first(picture):
    scene = np.full((400, 900, 3), 128, np.uint8)
    scene[20:276, 600:856] = picture
    scene[10:394, 10:394] = resize_image(picture, 384, 384)
    large, small = detect_faces(scene, "hog", detection_size=900)
    assert large.size > small.size
    assert large.box[0] < 400 < small.box[0]


def test_no_face_is_an_empty_list():
    assert detect_faces(np.full((100, 100, 3), 90, np.uint8), "hog") == []


def test_refuses_wrong_arguments(picture):
    with pytest.raises(InputError, match="unknown detector 'mtcnn'; choose one of cnn, hog"):
        detect_faces(picture, "mtcnn")
    with pytest.raises(InputError, match="80 pixels or more, not 10"):
        detect_faces(picture, detection_size=10)
    with pytest.raises(InputError, match="uint8 RGB"):
        detect_faces(picture / 255.0)
