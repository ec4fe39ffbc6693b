"""Noise buffers that are searched for: what keeps them noise (Karras et al. 2020, appendix D)."""

from collections.abc import Sequence

import tensorflow as tf

_SMALLEST = 8  # side of the pyramid's last level


def noise_regularization(buffers: Sequence[tf.Tensor]) -> tf.Tensor:
    """How far noise is from having uncorrelated neighbours, at all scales; a scalar.

    Of each buffer and of its averages over 2×2 pixels (doubled, so that the variance stays), down
    to 8×8: the squared mean product of a pixel with its neighbour on the right and below.

    Args:
      buffers: `[1, side, side, 1]` each.
    """
    total = tf.zeros([])
    for noise in buffers:
        level = noise
        while True:
            for axis in (1, 2):
                product = tf.reduce_mean(level * tf.roll(level, 1, axis))
                total += tf.square(product)
            if level.shape[1] <= _SMALLEST:
                break
            level = 2.0 * tf.nn.avg_pool2d(level, 2, 2, "VALID")
    return total


def normalize_noise(noise: tf.Tensor) -> tf.Tensor:
    """Noise with mean 0 and variance 1."""
    mean, variance = tf.nn.moments(noise, axes=list(range(len(noise.shape))))
    return (noise - mean) * tf.math.rsqrt(variance + 1e-12)
