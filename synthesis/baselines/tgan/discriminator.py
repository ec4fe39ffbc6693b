"""TGAN's critic, and the clipping that keeps it 1-Lipschitz."""

from typing import Any

import keras
import tensorflow as tf

from synthesis.baselines.normalization import BatchNormalization
from synthesis.baselines.space_time import Conv3D
from synthesis.baselines.tgan.generator import BOTTOM_SIZE, EPSILON, initial_weights

WIDTH = 64  # mid_ch: channels of the first layer
_LEAST_GAMMA = 0.01  # of a channel's running deviation (the original's updater)


class VideoCritic(keras.Model):
    """Scores [n · T/16] of clips [n, T, H, W, 3] (`VideoDiscriminatorNoBetaInitUniform`).

    Args:
      width: channels of the first layer.
      top_size: side of the last feature map: 4 for 64×64, 6 for 96×96, 8 for 128×128.
    """

    def __init__(self, width: int = WIDTH, top_size: int = BOTTOM_SIZE, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        layers: list[keras.layers.Layer] = [keras.Input((None, 16 * top_size, 16 * top_size, 3))]
        for index in range(4):
            layers.append(
                Conv3D(
                    width << index,
                    4,
                    strides=2,
                    padding="same",
                    kernel_initializer=initial_weights(),
                    name=f"conv{index}",
                )
            )
            if index:
                layers.append(BatchNormalization(EPSILON, center=False, name=f"norm{index}"))
            layers.append(keras.layers.LeakyReLU(0.2))
        self.main = keras.Sequential(layers, name="critic")
        self.last = keras.layers.Conv2D(
            1, top_size, kernel_initializer=initial_weights(), name="conv4"
        )
        self.last.build((None, top_size, top_size, width << 3))
        self.built = True

    def call(self, videos: tf.Tensor, training: bool = False) -> tf.Tensor:
        """Scores, one for every 16 frames."""
        maps = self.main(videos, training=training)
        return tf.reshape(self.last(tf.reshape(maps, [-1, *maps.shape[2:]])), [-1])

    def clip(self) -> None:
        """Singular value clipping (paper, 3.3): no layer stretches its input.

        Kernels, as matrices with a row per output, get singular values of at most 1; each gamma
        is brought between 0.01 σ and σ, σ being the channel's running deviation.
        """
        convolutions = [self.main.get_layer(f"conv{index}") for index in range(4)]
        for layer in [*convolutions, self.last]:
            layer.kernel.assign(clip_singular_values(tf.convert_to_tensor(layer.kernel)))
        for index in range(1, 4):
            norm = self.main.get_layer(f"norm{index}")
            deviation = tf.sqrt(tf.convert_to_tensor(norm.moving_variance))
            gamma = tf.minimum(tf.convert_to_tensor(norm.gamma), deviation)
            norm.gamma.assign(tf.maximum(gamma, _LEAST_GAMMA * deviation))


def clip_singular_values(kernel: tf.Tensor) -> tf.Tensor:
    """A kernel [..., in, out] with no singular value, as a matrix with `out` rows, above 1.

    With A = U S Vᵀ this is U min(S, 1) Vᵀ, found by the eigenvectors of the small matrix of `out`
    rows and columns in float64: faster than the singular vectors of a long matrix, and as exact,
    since values of 1 and less are not touched.
    """
    matrix = tf.cast(tf.reshape(kernel, [-1, kernel.shape[-1]]), tf.float64)
    squares, vectors = tf.linalg.eigh(tf.matmul(matrix, matrix, transpose_a=True))
    shrink = 1 / tf.sqrt(tf.maximum(squares, 1)) - 1
    change = tf.matmul(tf.matmul(matrix, vectors) * shrink, vectors, transpose_b=True)
    return tf.cast(tf.reshape(matrix + change, kernel.shape), kernel.dtype)
