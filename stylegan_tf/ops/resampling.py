"""Resampling of the first StyleGAN and of Progressive GAN, channels last."""

from collections.abc import Callable, Sequence

import numpy as np
import tensorflow as tf

FUSE_FROM_SIDE = 128  # `fused_scale='auto'` fuses where the larger image is at least this wide


def blur2d(x: tf.Tensor, f: Sequence | np.ndarray = (1, 2, 1), normalize: bool = True) -> tf.Tensor:
    """Correlates each channel of `[n, H, W, C]` with `f`; the size stays.

    Args:
      x: images.
      f: a list (then its outer product with itself is meant) or a matrix.
      normalize: whether `f` is scaled to the sum 1.
    """
    kernel = np.asarray(f, np.float32)
    if kernel.ndim == 1:
        kernel = np.outer(kernel, kernel)
    if normalize:
        kernel = kernel / np.sum(kernel)
    if kernel.shape == (1, 1) and kernel[0, 0] == 1:
        return x
    if all(side % 2 for side in kernel.shape):
        return _correlate(x, kernel)

    # An even kernel is padded by one more pixel after than before. The official gradient pads in
    # the same way, and so lies a pixel off the true one; trained networks have seen no other.
    @tf.custom_gradient
    def correlate(x: tf.Tensor) -> tuple[tf.Tensor, Callable]:
        return _correlate(x, kernel), lambda dy: _correlate(dy, kernel[::-1, ::-1])

    return correlate(x)


def _correlate(x: tf.Tensor, kernel: np.ndarray) -> tf.Tensor:
    weight = np.repeat(kernel[:, :, np.newaxis, np.newaxis], x.shape[3], axis=2)
    return tf.nn.depthwise_conv2d(x, tf.constant(weight, x.dtype), [1, 1, 1, 1], padding="SAME")


def upscale2d(x: tf.Tensor, factor: int = 2) -> tf.Tensor:
    """Repeats each pixel `factor` times in both directions."""
    if factor == 1:
        return x
    shape = tf.shape(x)
    x = tf.reshape(x, [-1, shape[1], 1, shape[2], 1, x.shape[3]])
    x = tf.tile(x, [1, 1, factor, 1, factor, 1])
    return tf.reshape(x, [-1, shape[1] * factor, shape[2] * factor, x.shape[5]])


def downscale2d(x: tf.Tensor, factor: int = 2) -> tf.Tensor:
    """Averages squares of `factor` × `factor` pixels."""
    return x if factor == 1 else tf.nn.avg_pool2d(x, factor, factor, "VALID")


def upscale2d_conv2d(x: tf.Tensor, w: tf.Tensor, fused_scale: bool | str = "auto") -> tf.Tensor:
    """`upscale2d` by 2 and a convolution with `w` `[k, k, in, out]`.

    The fused form is one transposed convolution. It uses the kernel mirrored against the other
    form, as in the official networks, whose weights are trained for the one or the other.
    """
    if fused_scale == "auto":
        fused_scale = min(x.shape[1:3]) * 2 >= FUSE_FROM_SIDE
    if not fused_scale:
        return tf.nn.conv2d(upscale2d(x), w, 1, "SAME")
    weight = tf.transpose(_widen(w), [0, 1, 3, 2])
    shape = tf.shape(x)
    output_shape = tf.stack([shape[0], shape[1] * 2, shape[2] * 2, w.shape[3]])
    y = tf.nn.conv2d_transpose(x, weight, output_shape, 2, "SAME")
    sides = [None if side is None else side * 2 for side in x.shape[1:3]]
    return tf.ensure_shape(y, [x.shape[0], *sides, w.shape[3]])


def conv2d_downscale2d(x: tf.Tensor, w: tf.Tensor, fused_scale: bool | str = "auto") -> tf.Tensor:
    """A convolution with `w` `[k, k, in, out]` and `downscale2d` by 2, the same fused or not."""
    if fused_scale == "auto":
        fused_scale = min(x.shape[1:3]) >= FUSE_FROM_SIDE
    if not fused_scale:
        return downscale2d(tf.nn.conv2d(x, w, 1, "SAME"))
    return tf.nn.conv2d(x, _widen(w) * 0.25, 2, "SAME")


def _widen(w: tf.Tensor) -> tf.Tensor:
    """The kernel convolved with a box of 2 × 2."""
    w = tf.pad(w, [[1, 1], [1, 1], [0, 0], [0, 0]])
    return w[1:, 1:] + w[:-1, 1:] + w[1:, :-1] + w[:-1, :-1]
