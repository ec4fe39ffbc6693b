import numpy as np
import pytest

from encoder.rendered_faces.head.measures import landmark_yaw, line_fit_error, measure_identity


def test_persons_far_apart_are_told_apart():
    rng = np.random.default_rng(0)
    middles = np.eye(4)[[0, 0, 1, 1, 2, 2]]
    descriptors = middles + rng.normal(0, 0.05, (6, 4))

    measures = measure_identity(descriptors, np.array([0, 0, 1, 1, 2, 2]))

    assert measures.auc == 1.0
    assert measures.nearest_is_self == 1.0
    assert measures.same_below == measures.different_above == 1.0
    assert measures.same < 0.3 < 1.2 < measures.different


def test_persons_that_are_all_alike_are_a_coin_toss():
    measures = measure_identity(np.zeros((6, 4)), np.array([0, 0, 1, 1, 2, 2]))

    assert measures.auc == 0.5
    assert measures.different_above == 0


def test_a_nose_to_the_right_is_positive_yaw():
    landmarks = np.zeros((2, 68, 2))
    landmarks[:, 36:42], landmarks[:, 42:48] = (-1, 0), (1, 0)
    landmarks[:, 48], landmarks[:, 54] = (-0.5, 2), (0.5, 2)
    landmarks[1, 30, 0] = 0.5

    np.testing.assert_allclose(landmark_yaw(landmarks), [0, 0.25])


def test_a_line_is_fitted_without_error():
    true = np.array([-20.0, 0, 20])

    assert line_fit_error(true * 0.01 + 3, true) == pytest.approx((1.0, 0.0))
