"""Normalisations and statistics over channels, pixels and batches, channels last."""

import tensorflow as tf

EPSILON = 1e-8


def pixel_norm(x: tf.Tensor, epsilon: float = EPSILON) -> tf.Tensor:
    """Scales each pixel's channel vector to unit mean square (Karras et al. 2018, section 4.2)."""
    return x * tf.math.rsqrt(tf.reduce_mean(tf.square(x), axis=-1, keepdims=True) + epsilon)


def instance_norm(x: tf.Tensor, epsilon: float = EPSILON) -> tf.Tensor:
    """Brings each channel of each image `[n, H, W, C]` to mean 0 and variance 1 over its pixels."""
    x = tf.cast(x, tf.float32)
    x -= _mean_over_pixels(x)
    return x * tf.math.rsqrt(_mean_over_pixels(tf.square(x)) + epsilon)


def _mean_over_pixels(x: tf.Tensor) -> tf.Tensor:
    # A million float32 numbers added up one by one lose four digits: rows first, then columns.
    return tf.reduce_mean(tf.reduce_mean(x, axis=2, keepdims=True), axis=1, keepdims=True)


def minibatch_stddev(x: tf.Tensor, group_size: int, features: int = 1) -> tf.Tensor:
    """Appends how much the samples of a group differ (Karras et al. 2018, section 3).

    The batch `[n, H, W, C]` is split into n / group_size groups, sample i into group
    i mod (n / group_size); a smaller batch is one group. Each of the `features` extra channels is
    the mean standard deviation over its share of the channels.
    """
    return x if group_size <= 1 else append_stddev(x, group_size, features)


def append_stddev(x: tf.Tensor, group_size: int | None, features: int = 1) -> tf.Tensor:
    """As `minibatch_stddev`, for groups of any size: None for the whole batch as one."""
    shape = tf.shape(x)
    count, height, width, channels = shape[0], shape[1], shape[2], x.shape[3]
    group = count if group_size is None else tf.minimum(group_size, count)
    tf.debugging.assert_equal(
        count % group, 0, f"the batch size must be a multiple of the group size {group_size}"
    )
    y = tf.reshape(x, [group, -1, height, width, features, channels // features])
    y = tf.cast(y, tf.float32)
    y -= tf.reduce_mean(y, axis=0, keepdims=True)
    y = tf.sqrt(tf.reduce_mean(tf.square(y), axis=0) + 1e-8)
    y = tf.reduce_mean(y, axis=[1, 2, 4], keepdims=True)[..., 0]  # [groups, 1, 1, features]
    y = tf.tile(tf.cast(y, x.dtype), [group, height, width, 1])
    return tf.concat([x, y], axis=3)


def flatten(x: tf.Tensor) -> tf.Tensor:
    """`[n, H, W, C]` → `[n, C * H * W]`: channels first, as the official dense weights expect."""
    x = tf.transpose(x, [0, 3, 1, 2])
    return tf.reshape(x, [-1, x.shape[1] * x.shape[2] * x.shape[3]])
