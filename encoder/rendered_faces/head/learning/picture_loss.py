"""How far a made picture is from the rendered one."""

import numpy as np
import tensorflow as tf

_SCALES = 4
_MOUTH = slice(48, 68)  # of the 68 landmarks
_EXTRA, _SPREAD = 2.5, 0.09  # of the weight around a feature; the spread in picture sides


def picture_loss(made: tf.Tensor, target: tf.Tensor, weights: tf.Tensor) -> tf.Tensor:
    """Weighted mean absolute difference of pixels and of their slopes, summed over four scales.

    Each scale is half the one before. The slopes keep wrinkles and edges from blurring.

    Args:
        made, target: [n, H, W, 3] in [-1, 1].
        weights: [n, H, W, 1].
    """
    difference, loss = made - target, tf.constant(0.0)
    for scale in range(_SCALES):
        if scale:
            difference = tf.nn.avg_pool2d(difference, 2, 2, "VALID")
            weights = tf.nn.avg_pool2d(weights, 2, 2, "VALID")
        loss += tf.reduce_mean(weights * tf.abs(difference))
        across = tf.abs(difference[:, :, 1:] - difference[:, :, :-1])
        down = tf.abs(difference[:, 1:] - difference[:, :-1])
        loss += tf.reduce_mean(weights[:, :, 1:] * across) + tf.reduce_mean(weights[:, 1:] * down)
    return loss


def feature_weights(landmarks: np.ndarray, size: int) -> np.ndarray:
    """How much each pixel matters, [n, size, size, 1] with mean 1: eyes, brows and mouth most.

    Args:
        landmarks: [n, 68, 2], in picture sides, x right and y down.
    """
    axis = (np.arange(size, dtype=np.float32) + 0.5) / size
    weights = np.full((len(landmarks), size, size), 0.6, np.float32)
    right, left = landmarks[:, 36:42].mean(axis=1), landmarks[:, 42:48].mean(axis=1)
    mouth = landmarks[:, _MOUTH].mean(axis=1)
    for middle, width, height in ((right, 1.0, 0.9), (left, 1.0, 0.9), (mouth, 1.3, 0.9)):
        x = np.exp(-(((axis[None] - middle[:, :1]) / (_SPREAD * width)) ** 2))
        y = np.exp(-(((axis[None] - middle[:, 1:]) / (_SPREAD * height)) ** 2))
        weights += _EXTRA * y[:, :, None] * x[:, None]
    return (weights / weights.mean(axis=(1, 2), keepdims=True))[..., None]
