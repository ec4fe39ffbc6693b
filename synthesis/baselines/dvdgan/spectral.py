"""Layers whose weights have a largest singular value of 1 (Miyato et al. 2018)."""

from typing import Any

import keras
import tensorflow as tf

from synthesis.baselines.space_time import Conv3D


class _Spectral(keras.layers.Layer):
    """Divides `kernel` by its largest singular value, as one step of power iteration a call finds.

    The kernel, as a matrix, has a row per output; u is kept between calls, and moves in training
    only.
    """

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Makes the layer's own weights, and u [outputs]."""
        super().build(input_shape)
        self.u = self.add_weight(
            shape=(self.kernel.shape[-1],),
            name="u",
            initializer=keras.initializers.RandomNormal(0.0, 1.0),
            trainable=False,
            aggregation="mean",
        )

    def normalized_kernel(self, training: bool) -> tf.Tensor:
        """The kernel that the layer computes with."""
        kernel = tf.convert_to_tensor(self.kernel)
        matrix = tf.reshape(kernel, [-1, kernel.shape[-1]])  # transposed: [inputs, outputs]
        u = tf.convert_to_tensor(self.u)
        fixed = tf.stop_gradient(matrix)
        v = tf.math.l2_normalize(tf.linalg.matvec(fixed, u), epsilon=1e-12)
        if training:
            u = tf.math.l2_normalize(tf.linalg.matvec(fixed, v, transpose_a=True), epsilon=1e-12)
            self.u.assign(u)
        else:
            u = tf.math.l2_normalize(u, epsilon=1e-12)
        sigma = tf.tensordot(v, tf.linalg.matvec(matrix, u), 1)
        return kernel / sigma


class SpectralDense(_Spectral, keras.layers.Dense):
    """A dense layer of norm 1."""

    def __init__(self, units: int, **kwargs: Any) -> None:
        super().__init__(units, kernel_initializer=keras.initializers.Orthogonal(), **kwargs)

    def call(self, x: tf.Tensor, training: bool = False) -> tf.Tensor:
        """[..., inputs] → [..., units]."""
        y = tf.matmul(x, self.normalized_kernel(training))
        return y + tf.convert_to_tensor(self.bias) if self.use_bias else y


class SpectralConv2D(_Spectral, keras.layers.Conv2D):
    """A convolution of stride 1, "same", whose kernel has norm 1."""

    def __init__(self, filters: int, kernel_size: int, **kwargs: Any) -> None:
        super().__init__(
            filters,
            kernel_size,
            padding="same",
            kernel_initializer=keras.initializers.Orthogonal(),
            **kwargs,
        )

    def call(self, x: tf.Tensor, training: bool = False) -> tf.Tensor:
        """[n, H, W, C] → [n, H, W, filters]."""
        return self.convolve(x, self.normalized_kernel(training))

    def convolve(self, x: tf.Tensor, kernel: tf.Tensor) -> tf.Tensor:
        """The convolution with a kernel that `normalized_kernel` gave before."""
        y = tf.nn.conv2d(x, kernel, 1, "SAME")
        return y + tf.convert_to_tensor(self.bias) if self.use_bias else y


class SpectralConv3D(_Spectral, Conv3D):
    """A convolution over time and space of stride 1, "same", whose kernel has norm 1."""

    def __init__(self, filters: int, kernel_size: int, **kwargs: Any) -> None:
        super().__init__(
            filters,
            kernel_size,
            padding="same",
            kernel_initializer=keras.initializers.Orthogonal(),
            **kwargs,
        )

    def call(self, x: tf.Tensor, training: bool = False) -> tf.Tensor:
        """[n, T, H, W, C] → [n, T, H, W, filters]."""
        return self.convolve(x, self.normalized_kernel(training))
