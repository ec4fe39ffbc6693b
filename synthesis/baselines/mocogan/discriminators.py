"""MoCoGAN's two critics: one of single frames, one of clips and their categories."""

import zlib
from typing import Any

import keras
import tensorflow as tf

from synthesis.baselines.mocogan.generator import (
    CATEGORIES,
    WIDTH,
    torch_batch_normalization,
    torch_uniform,
)
from synthesis.baselines.space_time import Conv3D


class InstanceNoise(keras.layers.Layer):
    """Adds N(0, σ²) to its input, in training and in inference, as the original does."""

    def __init__(self, sigma: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.sigma = sigma

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Makes the count of calls, by which no two calls draw the same."""
        self.calls = self.add_weight(
            shape=(),
            name="calls",
            dtype="int32",
            initializer="zeros",
            trainable=False,
            aggregation="only_first_replica",
        )

    def call(self, x: tf.Tensor) -> tf.Tensor:
        """`x` with noise of its own shape added."""
        replicas = tf.distribute.get_replica_context()
        replica = 0 if replicas is None else replicas.replica_id_in_sync_group
        layer = zlib.crc32(self.path.encode()) & 0x7FFFFFFF
        key = tf.random.experimental.stateless_fold_in([layer, replica], self.calls.value)
        self.calls.assign_add(1)
        return x + self.sigma * tf.random.stateless_normal(tf.shape(x), key, dtype=x.dtype)


class ImageDiscriminator(keras.Model):
    """Logits [n, 4, 4] of real for patches of frames [n, 64, 64, 3] (`PatchImageDiscriminator`).

    Args:
      width: channels of the first layer.
      noise: σ of the noise before every convolution (paper's command line: 0.1); 0 is none.
    """

    def __init__(self, width: int = WIDTH, noise: float = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        channels = [3, width, width * 2, width * 4, 1]
        layers: list[keras.layers.Layer] = [keras.Input((None, None, 3))]
        for index in range(4):
            if noise:
                layers.append(InstanceNoise(noise))
            layers.append(
                keras.layers.Conv2D(
                    channels[index + 1],
                    4,
                    strides=2,
                    padding="same",
                    use_bias=False,
                    kernel_initializer=torch_uniform(channels[index] * 16),
                    name=f"conv{index}",
                )
            )
            if index in (1, 2):
                layers.append(torch_batch_normalization(f"norm{index}"))
            if index < 3:
                layers.append(keras.layers.LeakyReLU(0.2))
        self.main = keras.Sequential(layers, name="image_critic")
        self.built = True

    def call(self, images: tf.Tensor, training: bool = False) -> tf.Tensor:
        """Logits [n, h, w], one for every patch."""
        return tf.squeeze(self.main(images, training=training), axis=-1)


class VideoDiscriminator(keras.Model):
    """A logit of real [n] and category logits [n, categories] of clips [n, 16, 64, 64, 3].

    The original's `CategoricalVideoDiscriminator`.

    Args:
      width: channels of the first layer.
      categories: how many; 0 gives category logits [n, 0].
      noise: σ of the noise before the first four convolutions; 0 is none.
    """

    def __init__(
        self, width: int = WIDTH, categories: int = CATEGORIES, noise: float = 0.0, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        channels = [3, width, width * 2, width * 4, width * 8, 1 + categories]
        layers: list[keras.layers.Layer] = [keras.Input((None, None, None, 3))]
        for index in range(5):
            if index < 4:
                if noise:
                    layers.append(InstanceNoise(noise))
                layers.append(keras.layers.ZeroPadding3D((0, 1, 1)))  # time is not padded
            layers.append(
                Conv3D(
                    channels[index + 1],
                    4,
                    strides=(1, 2, 2) if index < 4 else 1,
                    use_bias=False,
                    kernel_initializer=torch_uniform(channels[index] * 64),
                    name=f"conv{index}",
                )
            )
            if index in (1, 2, 3):
                layers.append(torch_batch_normalization(f"norm{index}"))
            if index < 4:
                layers.append(keras.layers.LeakyReLU(0.2))
        self.main = keras.Sequential(layers, name="video_critic")
        self.built = True

    def call(self, videos: tf.Tensor, training: bool = False) -> tuple[tf.Tensor, tf.Tensor]:
        """The logit of real [n] and the category logits [n, categories]."""
        logits = self.main(videos, training=training)[:, 0, 0, 0]
        return logits[:, 0], logits[:, 1:]
