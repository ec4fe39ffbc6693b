"""DVD-GAN's generator: BigGAN's blocks, with a recurrent layer before each pair of them."""

from typing import Any

import keras
import tensorflow as tf

from stylegan_tf.errors import InputError
from synthesis.baselines.dvdgan.conv_gru import ConvGru
from synthesis.baselines.dvdgan.spectral import SpectralConv2D, SpectralDense
from synthesis.baselines.normalization import BatchNormalization

CODE_SIZE = 120  # of z, and of a class's embedding (paper, 3.1)
WIDTH = 128  # the paper's ch
# Channels of each group in widths, from 4×4 up; the paper's ch_0 is 8 ch. BigGAN's, halved.
CHANNELS = {64: (8, 8, 4, 2), 128: (8, 8, 8, 4, 2), 256: (8, 8, 8, 4, 4, 2)}
_EPSILON = 1e-5


class ConditionalNormalization(keras.layers.Layer):
    """Batch normalization whose gain and bias are linear in a condition [n, size] (BigGAN)."""

    def __init__(self, channels: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.norm = BatchNormalization(
            _EPSILON, center=False, scale=False, synchronized=True, name="norm"
        )
        self.gain = SpectralDense(channels, use_bias=False, name="gain")
        self.bias = SpectralDense(channels, use_bias=False, name="bias")

    def build(self, x_shape: Any, condition_shape: Any) -> None:
        """Builds the three layers."""
        self.norm.build(x_shape)
        self.gain.build(condition_shape)
        self.bias.build(condition_shape)

    def call(self, x: tf.Tensor, condition: tf.Tensor, training: bool = False) -> tf.Tensor:
        """[n · T, H, W, C]: the frames of a clip, in a row, share its condition [n, size]."""
        frames = tf.shape(x)[0] // tf.shape(condition)[0]
        gain = 1 + self.gain(condition, training=training)
        bias = self.bias(condition, training=training)
        gain, bias = (
            tf.repeat(value, frames, axis=0)[:, tf.newaxis, tf.newaxis] for value in (gain, bias)
        )
        return gain * self.norm(x, training=training) + bias


class GeneratorBlock(keras.layers.Layer):
    """A residual block, twice as wide if asked for (BigGAN, figure 15b)."""

    def __init__(self, inputs: int, channels: int, upsample: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.upsample = upsample
        self.norms = [ConditionalNormalization(size) for size in (inputs, channels)]
        self.convs = [SpectralConv2D(channels, 3) for _ in range(2)]
        self.skip = SpectralConv2D(channels, 1) if upsample or inputs != channels else None

    def call(self, x: tf.Tensor, condition: tf.Tensor, training: bool = False) -> tf.Tensor:
        """[m, H, W, inputs] → [m, H, W, channels], H and W doubled if upsampling."""
        y = tf.nn.relu(self.norms[0](x, condition, training=training))
        if self.upsample:
            y, x = _twice(y), _twice(x)
        y = self.convs[0](y, training=training)
        y = tf.nn.relu(self.norms[1](y, condition, training=training))
        y = self.convs[1](y, training=training)
        return y + (x if self.skip is None else self.skip(x, training=training))


def _twice(x: tf.Tensor) -> tf.Tensor:
    return tf.repeat(tf.repeat(x, 2, axis=1), 2, axis=2)


class DvdganGenerator(keras.Model):
    """Clips [n, T, size, size, 3] in [−1, 1] from codes [n, 120] and one-hot classes.

    Args:
      size: 64, 128 or 256.
      frames: of a clip.
      classes: how many.
      width: channels are multiples of it; the paper's has 128 (ours by the paper's text: the
        figure with the channels of each block was not to be had, so they are BigGAN's, halved).
      code_size: of z, and of a class's embedding.
    """

    def __init__(
        self,
        size: int = 64,
        frames: int = 48,
        classes: int = 600,
        width: int = WIDTH,
        code_size: int = CODE_SIZE,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if size not in CHANNELS:
            raise InputError(f"DVD-GAN's frames are {', '.join(map(str, CHANNELS))} wide")
        self.frames, self.code_size, self.classes = frames, code_size, classes
        channels = [width * factor for factor in CHANNELS[size]]
        self.embedding = SpectralDense(code_size, use_bias=False, name="embedding")
        self.first = SpectralDense(16 * channels[0], name="first")
        pairs = list(zip([channels[0], *channels], channels, strict=False))
        self.recurrent = [ConvGru(inputs) for inputs, _ in pairs]
        self.same = [GeneratorBlock(inputs, inputs, upsample=False) for inputs, _ in pairs]
        self.wider = [GeneratorBlock(*pair, upsample=True) for pair in pairs]
        self.last_norm = BatchNormalization(_EPSILON, synchronized=True, name="last_norm")
        self.last = SpectralConv2D(3, 3, name="last")
        self(tf.zeros([1, code_size]), tf.zeros([1, classes]), frames=1)

    def call(
        self,
        codes: tf.Tensor,
        classes: tf.Tensor,
        frames: int | None = None,
        training: bool = False,
    ) -> tf.Tensor:
        """Clips of codes [n, code] and one-hot classes [n, classes]."""
        count, length = tf.shape(codes)[0], frames or self.frames
        condition = tf.concat([codes, self.embedding(classes, training=training)], axis=1)
        start = self.first(condition, training=training)
        x = tf.reshape(start, [-1, 4, 4, self.first.units // 16])
        x = tf.repeat(x[:, tf.newaxis], length, axis=1)
        for gru, same, wider in zip(self.recurrent, self.same, self.wider, strict=True):
            x = gru(x, training=training)
            x = tf.reshape(x, [count * length, *x.shape[2:]])
            x = same(x, condition, training=training)
            x = wider(x, condition, training=training)
            x = tf.reshape(x, [count, length, *x.shape[1:]])
        x = tf.reshape(x, [count * length, *x.shape[2:]])
        x = tf.nn.relu(self.last_norm(x, training=training))
        x = tf.tanh(self.last(x, training=training))
        return tf.reshape(x, [count, length, *x.shape[1:]])
