import numpy as np
import pytest
import tensorflow as tf

from encoder.rendered_faces.head.learning.picture_loss import feature_weights, picture_loss


def test_a_constant_difference_counts_once_a_scale():
    made, target = tf.ones([2, 32, 32, 3]), tf.zeros([2, 32, 32, 3])

    assert float(picture_loss(made, target, tf.ones([2, 32, 32, 1]))) == pytest.approx(4.0)


def test_slopes_count_as_well():
    stripes = tf.constant(np.tile([0.0, 1.0], 16).reshape(1, 1, 32, 1), tf.float32) * tf.ones(
        [1, 32, 32, 3]
    )
    weights = tf.ones([1, 32, 32, 1])

    # Half of the pixels differ by 1, every slope across by 1; coarser scales see 1/2.
    assert float(picture_loss(stripes, tf.zeros_like(stripes), weights)) == pytest.approx(
        0.5 + 1 + 3 * 0.5
    )


def test_eyes_and_mouth_weigh_most():
    landmarks = np.full((2, 68, 2), 0.5)
    landmarks[0, 36:42], landmarks[0, 42:48] = (0.35, 0.45), (0.65, 0.45)
    landmarks[0, 48:] = (0.5, 0.75)

    weights = feature_weights(landmarks, 64)[..., 0]

    assert weights.shape == (2, 64, 64)
    np.testing.assert_allclose(weights.mean(axis=(1, 2)), 1, rtol=1e-5)
    left, right, mouth = weights[0, 28, 22], weights[0, 28, 41], weights[0, 48, 32]
    assert min(left, right, mouth) > 3 * weights[0, 2, 2]
    assert weights[1, 32, 32] > left
