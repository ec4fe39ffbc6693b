import pathlib

import numpy as np
from PIL import Image

from encoder.faces.identity import SAME_PERSON_DISTANCE, describe_face, identity_distance
from encoder.faces.landmarks import detect_faces
from encoder.images import read_image

FACE = pathlib.Path(__file__).parents[2] / "data" / "encoder" / "rendered_face.png"


def _describe(image):
    (face,) = detect_faces(image, "hog", detection_size=256)
    return describe_face(image, face)


def test_descriptor_survives_a_slight_turn():
    image = read_image(FACE)
    turned = np.asarray(
        Image.fromarray(image).rotate(6, Image.Resampling.BICUBIC, fillcolor=(130, 140, 150))
    )
    a, b = _describe(image), _describe(turned)
    assert a.dtype == np.float32
    assert a.shape == (128,)
    assert 0 < identity_distance(a, b) < SAME_PERSON_DISTANCE / 2
    # Another face: the lower half narrowed and the eyes moved by a vertical stretch.
    other = Image.fromarray(image).resize((200, 330)).crop((0, 40, 200, 290))
    assert identity_distance(a, _describe(np.asarray(other))) > identity_distance(a, b)


def test_distance_is_euclidean_over_the_last_axis():
    a = np.zeros((2, 128), np.float32)
    a[1, :4] = 1
    np.testing.assert_allclose(identity_distance(a, np.zeros(128)), [0, 2])
