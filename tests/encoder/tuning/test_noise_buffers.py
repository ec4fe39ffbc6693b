import numpy as np
import tensorflow as tf

from encoder.tuning.noise_buffers import noise_regularization, normalize_noise


def test_noise_is_hardly_punished_and_a_picture_is():
    random = np.random.default_rng(0)
    noise = tf.constant(random.standard_normal((1, 64, 64, 1)), tf.float32)
    smooth = normalize_noise(tf.constant(random.standard_normal((1, 8, 8, 1)), tf.float32))
    picture = normalize_noise(tf.image.resize(smooth, [64, 64]))

    assert float(noise_regularization([noise])) < 0.05
    assert float(noise_regularization([picture])) > 0.5


def test_correlation_at_a_coarse_scale_counts():
    checks = np.indices((64, 64)).sum(axis=0) % 2 * 2.0 - 1.0
    random = np.random.default_rng(1).standard_normal((64, 64))
    stripes = np.repeat(np.sin(np.arange(16) / 2), 4)[None] * np.ones((64, 1))
    hidden = tf.constant((random + 0.3 * stripes)[None, :, :, None], tf.float32)
    plain = tf.constant(random[None, :, :, None], tf.float32)
    assert float(noise_regularization([hidden])) > 3 * float(noise_regularization([plain]))
    flips = tf.constant(checks[None, :, :, None], tf.float32)
    np.testing.assert_allclose(noise_regularization([flips]), 2.0, atol=1e-6)  # finest level only


def test_normalized_noise_has_mean_0_and_variance_1():
    noise = normalize_noise(tf.constant(np.arange(64.0).reshape(1, 8, 8, 1), tf.float32)).numpy()
    np.testing.assert_allclose([noise.mean(), noise.var()], [0, 1], atol=1e-5)
