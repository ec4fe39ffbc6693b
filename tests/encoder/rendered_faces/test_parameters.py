import numpy as np
import pytest

from encoder.rendered_faces.parameters import (
    EXPRESSIONS,
    IDENTITY_NAMES,
    NUM_IDENTITY,
    NUM_PARAMETERS,
    identity_values,
    muscle_actions,
    sample_identities,
    with_expression,
)


def test_middle_of_the_ranges():
    values = identity_values(np.zeros(NUM_PARAMETERS))
    assert values.face_width == 1.0
    assert values.skin_tone == 2.5


def test_end_of_a_range():
    vector = np.zeros(NUM_PARAMETERS)
    vector[IDENTITY_NAMES.index("skin_tone")] = -1
    assert identity_values(vector).skin_tone == 0.0


def test_strengths_add_up_linearly():
    calm = vars(muscle_actions(np.zeros(6)))
    anger, joy = np.eye(6)[0], np.eye(6)[1]
    both = vars(muscle_actions(0.5 * anger + 0.25 * joy))
    for name, value in both.items():
        expected = calm[name]
        expected += 0.5 * (vars(muscle_actions(anger))[name] - calm[name])
        expected += 0.25 * (vars(muscle_actions(joy))[name] - calm[name])
        assert value == pytest.approx(expected)


def test_identities_are_calm_and_in_range():
    vectors = sample_identities(50, np.random.default_rng(0))
    assert vectors.shape == (50, NUM_PARAMETERS)
    assert np.abs(vectors[:, :NUM_IDENTITY]).max() <= 1
    assert not vectors[:, NUM_IDENTITY:].any()


def test_with_expression_replaces_the_emotion_only():
    vector = sample_identities(1, np.random.default_rng(0))[0]
    happy = with_expression(vector, "happiness", 0.7)
    sad = with_expression(happy, "sadness")
    assert happy[NUM_IDENTITY + EXPRESSIONS.index("happiness")] == np.float32(0.7)
    np.testing.assert_array_equal(sad[NUM_IDENTITY:], [0, 0, 0, 0, 0, 1])
    np.testing.assert_array_equal(sad[:NUM_IDENTITY], vector[:NUM_IDENTITY])
    assert not with_expression(sad, "calm")[NUM_IDENTITY:].any()
