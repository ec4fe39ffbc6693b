import numpy as np
import pytest

from emotion.labelling.crop import crop_aligned_face
from emotion.labelling.registry import load_labeller
from encoder import detect_faces
from encoder.rendered_faces.parameters import (
    EXPRESSIONS,
    IDENTITY_NAMES,
    NUM_IDENTITY,
    sample_identities,
    with_expression,
)
from encoder.rendered_faces.renderer import render_face


@pytest.fixture(scope="module")
def people():
    return sample_identities(12, np.random.default_rng(1234))


def test_is_deterministic(people):
    first, second = render_face(people[0], 64), render_face(people[0], 64)
    assert first.shape == (64, 64, 3)
    assert first.dtype == np.uint8
    np.testing.assert_array_equal(first, second)


def test_is_the_same_face_at_any_size(people):
    large = render_face(people[0], 256).astype(np.float32)
    small = render_face(people[0], 64).astype(np.float32)
    averaged = large.reshape(64, 4, 64, 4, 3).mean(axis=(1, 3))
    assert np.abs(averaged - small).mean() < 5


def test_dlib_finds_one_face_where_alignment_puts_it(people):
    for person in people[:6]:
        faces = detect_faces(render_face(person, 256), detection_size=256)
        assert len(faces) == 1
        eyes = faces[0].landmarks[36:48].reshape(2, 6, 2).mean(axis=1)
        middle = eyes.mean(axis=0) / 256
        # The origin lies between the eyes, 0.11 of 4 units above the centre of the frame.
        np.testing.assert_allclose(middle, [0.5, 0.5 - 0.11 / 4], atol=0.02)
        np.testing.assert_allclose(eyes[1, 0] - eyes[0, 0], 256 / 4, rtol=0.12)


def test_fer_reads_most_expressions(people):
    labeller = load_labeller("fer")
    names = ("calm", *EXPRESSIONS)
    crops = [
        crop_aligned_face(render_face(with_expression(person, name), 128))
        for person in people
        for name in names
    ]
    labels, _ = labeller.predict(crops)
    right = np.array(labels).reshape(len(people), 7) == np.arange(7)
    assert right[:, 1:].mean() >= 0.85


@pytest.mark.parametrize("name", IDENTITY_NAMES)
def test_every_parameter_shows(people, name):
    vector = people[1].copy()
    index = IDENTITY_NAMES.index(name)
    images = []
    for vector[index] in (-1, 1):
        images.append(render_face(vector, 64).astype(int))
    assert np.abs(images[0] - images[1]).max() > 8


def test_an_expression_leaves_the_background_alone(people):
    calm = render_face(with_expression(people[0], "calm"), 64)
    for expression in EXPRESSIONS:
        moved = render_face(with_expression(people[0], expression), 64)
        np.testing.assert_array_equal(moved[:6, :4], calm[:6, :4])
        assert (moved != calm).any()


def test_strength_is_continuous(people):
    vector = people[2].copy()
    vector[NUM_IDENTITY] = 0.5
    before = render_face(vector, 64).astype(int)
    vector[NUM_IDENTITY] = 0.51
    assert np.abs(render_face(vector, 64) - before).mean() < 1
