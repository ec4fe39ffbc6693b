import pathlib

import numpy as np
import pytest

from encoder.images import read_image
from encoder.openface.alignment import TEMPLATES, align_for_openface, alignment_matrix
from stylegan_tf.errors import InputError

DATA = pathlib.Path(__file__).parents[2] / "data"
FACE = DATA / "encoder" / "rendered_face.png"


@pytest.fixture(scope="module")
def golden():
    """Landmarks of the rendered face, upright and turned, and what OpenCV 4.10 cuts out."""
    return np.load(DATA / "openface" / "openface_aligned.npz")


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("index", [0, 1])
def test_faces_are_cut_out_as_by_opencv(golden, template, index):
    aligned = align_for_openface(read_image(FACE), golden["landmarks"][index], template)
    difference = np.abs(aligned.astype(int) - golden[template][index])
    # OpenCV rounds positions to 1/32 of a pixel.
    assert difference.max() <= 3
    assert difference.mean() <= 0.1


@pytest.mark.parametrize("template", TEMPLATES)
def test_landmarks_go_to_their_places(golden, template):
    landmarks = golden["landmarks"][1]
    matrix = alignment_matrix(landmarks, template)
    chosen = landmarks[list(TEMPLATES[template].landmarks)]
    places = chosen @ matrix[:, :2].T + matrix[:, 2]
    np.testing.assert_allclose(places / 96, TEMPLATES[template].places, atol=1e-6)


def test_default_is_the_template_that_nn4_small2_was_trained_with(golden):
    image, landmarks = read_image(FACE), golden["landmarks"][0]
    np.testing.assert_array_equal(
        align_for_openface(image, landmarks),
        align_for_openface(image, landmarks, "outer-eyes-and-nose"),
    )


def test_outside_of_the_picture_is_black(golden):
    landmarks = golden["landmarks"][0] - [300, 0]
    assert align_for_openface(read_image(FACE), landmarks).max() == 0


def test_wrong_input_is_refused(golden):
    image, landmarks = read_image(FACE), golden["landmarks"][0]
    with pytest.raises(InputError, match="unknown template 'nose'; choose one of outer-eyes-and"):
        align_for_openface(image, landmarks, "nose")
    with pytest.raises(InputError, match="landmarks must be 68 finite points"):
        align_for_openface(image, landmarks[:5])
    with pytest.raises(InputError, match="on one line; there is no face"):
        align_for_openface(image, np.repeat(np.arange(68.0)[:, None], 2, axis=1))
    with pytest.raises(InputError, match="size must be positive, not 0"):
        align_for_openface(image, landmarks, size=0)
    with pytest.raises(InputError, match="an image must be uint8 RGB"):
        align_for_openface(image.astype(np.float32), landmarks)
