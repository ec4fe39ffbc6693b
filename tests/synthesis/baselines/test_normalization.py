import numpy as np
import tensorflow as tf

from synthesis.baselines.normalization import BatchNormalization


def test_running_variance_is_unbiased():
    layer = BatchNormalization(epsilon=0.1, momentum=0.8)
    x = np.random.default_rng(0).normal(3, 2, (2, 3, 4)).astype(np.float32)
    y = layer(tf.constant(x), training=True)
    flat = x.reshape(-1, 4)
    wanted = (x - flat.mean(0)) / np.sqrt(flat.var(0) + 0.1)
    np.testing.assert_allclose(y, wanted, atol=1e-5)
    np.testing.assert_allclose(layer.moving_mean, 0.2 * flat.mean(0), rtol=1e-5)
    np.testing.assert_allclose(layer.moving_variance, 0.8 + 0.2 * flat.var(0, ddof=1), rtol=1e-5)


def test_inference_takes_running_statistics():
    layer = BatchNormalization(epsilon=0.0)
    layer.build((None, 2))
    layer.moving_mean.assign([1.0, 2.0])
    layer.moving_variance.assign([4.0, 9.0])
    layer.gamma.assign([2.0, 1.0])
    layer.beta.assign([0.0, 5.0])
    np.testing.assert_allclose(layer(tf.constant([[3.0, 5.0]])), [[2.0, 6.0]])


def test_statistics_can_be_left_alone():
    layer = BatchNormalization()
    x = tf.constant([[1.0], [3.0]])
    layer(x, training=True, update=False)
    assert layer.moving_mean.numpy() == 0
    layer(x, training=True)
    assert layer.moving_mean.numpy() != 0


def test_parts_can_be_left_out():
    layer = BatchNormalization(center=False, scale=False)
    layer.build((None, 3))
    assert layer.trainable_variables == []
    assert len(layer.variables) == 2
