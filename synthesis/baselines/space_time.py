"""Convolutions over time and space that are fast on CPUs.

TensorFlow's gradients of 3-D convolutions on a CPU take some fifty times as long as those of the
2-D convolutions that they can be split into, one for every step of the kernel in time. There the
layers below are split; on GPUs they are TensorFlow's own.
"""

import keras
import tensorflow as tf


def splits_convolutions() -> bool:
    """Whether 3-D convolutions are computed as 2-D ones: where TensorFlow sees no GPU."""
    return not tf.config.list_physical_devices("GPU")


class Conv3D(keras.layers.Conv3D):
    """Keras' Conv3D, strides and kernel of its own in time, the same in height and width."""

    def call(self, x: tf.Tensor) -> tf.Tensor:
        """[n, T, H, W, C] → [n, T', H', W', filters]."""
        return self.convolve(x, tf.convert_to_tensor(self.kernel))

    def convolve(self, x: tf.Tensor, kernel: tf.Tensor) -> tf.Tensor:
        """The same with another kernel [time, height, width, C, filters]."""
        if not splits_convolutions():
            strides = [1, *self.strides, 1]
            result = tf.nn.conv3d(x, kernel, strides, self.padding.upper())
            return result + tf.convert_to_tensor(self.bias) if self.use_bias else result
        length, stride = self.kernel_size[0], self.strides[0]
        if self.padding == "same":
            frames = tf.shape(x)[1]
            added = tf.maximum((-(-frames // stride) - 1) * stride + length - frames, 0)
            x = tf.pad(x, [[0, 0], [added // 2, added - added // 2], [0, 0], [0, 0], [0, 0]])
        count = (tf.shape(x)[1] - length) // stride + 1
        result = 0.0
        for tap in range(length):
            part = x[:, tap : tap + (count - 1) * stride + 1 : stride]
            flat = tf.reshape(part, [-1, *x.shape[2:]])
            result += tf.nn.conv2d(flat, kernel[tap], self.strides[1:], self.padding.upper())
        if self.use_bias:
            result += tf.convert_to_tensor(self.bias)
        return tf.reshape(result, [tf.shape(x)[0], count, *result.shape[1:]])


class Conv3DTranspose(keras.layers.Conv3DTranspose):
    """Keras' Conv3DTranspose, either of stride 2, kernel 4, "same", or from 1×1×1 ("valid")."""

    def call(self, x: tf.Tensor) -> tf.Tensor:
        """[n, T, H, W, C] → [n, 2 T, 2 H, 2 W, filters], or the kernel's size from 1×1×1."""
        if not splits_convolutions():
            return super().call(x)
        kernel = tf.convert_to_tensor(self.kernel)
        draw = self._from_one if self.padding == "valid" else self._twice
        result = draw(x, kernel)
        return result + tf.convert_to_tensor(self.bias) if self.use_bias else result

    def _from_one(self, x: tf.Tensor, kernel: tf.Tensor) -> tf.Tensor:
        """Each output is one product: 1×1×1 has no neighbours."""
        return tf.einsum("nc,thwoc->nthwo", x[:, 0, 0, 0], kernel)

    def _twice(self, x: tf.Tensor, kernel: tf.Tensor) -> tf.Tensor:
        """Even frames see steps 1 and 3 of the kernel, odd ones 2 and 0."""
        before = tf.pad(x, [[0, 0], [1, 0], [0, 0], [0, 0], [0, 0]])[:, :-1]
        after = tf.pad(x, [[0, 0], [0, 1], [0, 0], [0, 0], [0, 0]])[:, 1:]
        count, frames = tf.shape(x)[0], x.shape[1]
        height, width, filters = 2 * x.shape[2], 2 * x.shape[3], self.filters
        halves = []
        for neighbour, first, second in ((before, 1, 3), (after, 2, 0)):
            pair = tf.reshape(
                tf.concat([x, neighbour], axis=-1), [-1, *x.shape[2:4], 2 * x.shape[4]]
            )
            taps = tf.concat([kernel[first], kernel[second]], axis=-1)
            shape = [count * frames, height, width, filters]
            drawn = tf.nn.conv2d_transpose(pair, taps, shape, 2, "SAME")
            halves.append(tf.reshape(drawn, [count, frames, height, width, filters]))
        return tf.reshape(tf.stack(halves, axis=2), [count, 2 * frames, height, width, filters])
