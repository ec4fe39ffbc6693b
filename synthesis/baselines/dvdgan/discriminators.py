"""DVD-GAN's two critics: of a few frames at full size, and of whole clips at half of it."""

from typing import Any

import keras
import tensorflow as tf

from synthesis.baselines.dvdgan.generator import WIDTH
from synthesis.baselines.dvdgan.spectral import SpectralConv2D, SpectralConv3D, SpectralDense

SPATIAL_FRAMES = 8  # k: frames a clip that the spatial critic sees (paper, 3.2)
# Channels of each block in widths (BigGAN); the last block keeps the size.
CHANNELS = {32: (2, 4, 8, 16), 64: (1, 2, 4, 8, 16), 128: (1, 2, 4, 8, 16, 16)}
CHANNELS[256] = (1, 2, 4, 8, 8, 16, 16)


class CriticBlock(keras.layers.Layer):
    """A residual block of a critic, in space or in space and time, half as wide if asked for."""

    def __init__(
        self, channels: int, downsample: bool, first: bool, temporal: bool, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.first, self.temporal, self.downsample = first, temporal, downsample
        conv = SpectralConv3D if temporal else SpectralConv2D
        self.convs = [conv(channels, 3) for _ in range(2)]
        self.skip = conv(channels, 1)

    def call(self, x: tf.Tensor, training: bool = False) -> tf.Tensor:
        """[n, (T,) H, W, inputs] → [n, (T,) H, W, channels]; the first block sees plain pixels."""
        y = x if self.first else tf.nn.relu(x)
        y = self.convs[0](y, training=training)
        y = self.convs[1](tf.nn.relu(y), training=training)
        return self._pool(y) + self.skip(self._pool(x), training=training)

    def _pool(self, x: tf.Tensor) -> tf.Tensor:
        if not self.downsample:
            return x
        if self.temporal:
            return tf.nn.avg_pool3d(x, 2, 2, "SAME")
        return tf.nn.avg_pool2d(x, 2, 2, "VALID")


class _Critic(keras.Model):
    """Residual blocks, a sum over space, and a projection on the class's embedding."""

    def __init__(self, size: int, classes: int, width: int, temporal: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        channels = [width * factor for factor in CHANNELS[size]]
        self.blocks = [
            CriticBlock(outputs, index < len(channels) - 1, index == 0, index < temporal)
            for index, outputs in enumerate(channels)
        ]
        self.linear = SpectralDense(1, name="linear")
        self.embedding = SpectralDense(channels[-1], use_bias=False, name="embedding")

    def _score(self, x: tf.Tensor, classes: tf.Tensor, training: bool) -> tf.Tensor:
        """Frames [n · T, H, W, C] and classes [n, classes] → scores [n], summed over frames."""
        features = tf.reduce_sum(tf.nn.relu(x), axis=[1, 2])
        embedded = self.embedding(classes, training=training)
        embedded = tf.repeat(embedded, tf.shape(x)[0] // tf.shape(classes)[0], axis=0)
        scores = self.linear(features, training=training)[:, 0]
        scores += tf.reduce_sum(features * embedded, axis=1)
        return tf.reduce_sum(tf.reshape(scores, [tf.shape(classes)[0], -1]), axis=1)


class SpatialCritic(_Critic):
    """Scores [n] of frames [n, k, size, size, 3], each judged alone (D_S)."""

    def __init__(
        self, size: int = 64, classes: int = 600, width: int = WIDTH, **kwargs: Any
    ) -> None:
        super().__init__(size, classes, width, 0, **kwargs)
        self(tf.zeros([1, 1, size, size, 3]), tf.zeros([1, classes]))

    def call(self, frames: tf.Tensor, classes: tf.Tensor, training: bool = False) -> tf.Tensor:
        """The sum of the frames' scores, given one-hot classes [n, classes]."""
        x = tf.reshape(frames, [-1, *frames.shape[2:]])
        for block in self.blocks:
            x = block(x, training=training)
        return self._score(x, classes, training)


class TemporalCritic(_Critic):
    """Scores [n] of clips [n, T, size, size, 3], halved in height and width first (D_T).

    The first two blocks see time, and halve it; then every frame is judged alone.
    """

    def __init__(
        self, size: int = 64, classes: int = 600, width: int = WIDTH, **kwargs: Any
    ) -> None:
        super().__init__(size // 2, classes, width, 2, **kwargs)
        self(tf.zeros([1, 4, size, size, 3]), tf.zeros([1, classes]))

    def call(self, videos: tf.Tensor, classes: tf.Tensor, training: bool = False) -> tf.Tensor:
        """The sum of the frames' scores, given one-hot classes [n, classes]."""
        count, frames = tf.shape(videos)[0], tf.shape(videos)[1]
        x = tf.nn.avg_pool2d(tf.reshape(videos, [-1, *videos.shape[2:]]), 2, 2, "VALID")
        x = tf.reshape(x, [count, frames, *x.shape[1:]])
        for block in self.blocks:
            if not block.temporal and x.shape.rank == 5:
                x = tf.reshape(x, [-1, *x.shape[2:]])
            x = block(x, training=training)
        return self._score(x, classes, training)
