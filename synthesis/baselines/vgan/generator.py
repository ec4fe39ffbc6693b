"""VGAN's generator: a moving foreground over a still background, blended by a mask."""

from typing import Any, NamedTuple

import keras
import tensorflow as tf

from synthesis.baselines.normalization import BatchNormalization
from synthesis.baselines.space_time import Conv3DTranspose

CODE_SIZE = 100
FRAMES, SIZE = 32, 64  # the layers lead from 2 frames of 4×4 to these and nowhere else
WIDTH = 64
EPSILON = 1e-5


def initial_kernel() -> keras.initializers.Initializer:
    """What all kernels of VGAN start as: N(0, 0.01), σ (main.lua)."""
    return keras.initializers.RandomNormal(0.0, 0.01)


def initial_gamma() -> keras.initializers.Initializer:
    """What all gammas of VGAN start as: N(1, 0.02), σ (main.lua)."""
    return keras.initializers.RandomNormal(1.0, 0.02)


class Scene(NamedTuple):
    """A clip and what it is blended from; all but the mask in [−1, 1]."""

    video: tf.Tensor  # [n, 32, 64, 64, 3] = mask · foreground + (1 − mask) · background
    foreground: tf.Tensor  # [n, 32, 64, 64, 3]
    mask: tf.Tensor  # [n, 32, 64, 64, 1] in [0, 1]
    background: tf.Tensor  # [n, 64, 64, 3]


class SceneGenerator(keras.Model):
    """Clips of 32 frames of 64×64 from codes [n, 100] (paper, 3.1, the two-stream model).

    Args:
      width: channels of the last hidden layer of both streams; the original has 64.
      code_size: length of a code.
    """

    def __init__(self, width: int = WIDTH, code_size: int = CODE_SIZE, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        channels = [width * 8, width * 4, width * 2, width]
        still: list[keras.layers.Layer] = [keras.Input((1, 1, code_size))]
        moving: list[keras.layers.Layer] = [keras.Input((1, 1, 1, code_size))]
        for index, count in enumerate(channels):
            still += [
                _deconvolution(2, count, index == 0, f"deconv{index}"),
                BatchNormalization(EPSILON, gamma_initializer=initial_gamma(), name=f"norm{index}"),
                keras.layers.ReLU(),
            ]
            moving += [
                _deconvolution(3, count, index == 0, f"deconv{index}"),
                BatchNormalization(EPSILON, gamma_initializer=initial_gamma(), name=f"norm{index}"),
                keras.layers.ReLU(),
            ]
        still += [_deconvolution(2, 3, False, "deconv4"), keras.layers.Activation("tanh")]
        self.background = keras.Sequential(still, name="background")
        self.moving = keras.Sequential(moving, name="moving")
        self.foreground = _deconvolution(3, 3, False, "foreground")
        self.mask = _deconvolution(3, 1, False, "mask")
        for head in (self.foreground, self.mask):
            head.build((None, FRAMES // 2, SIZE // 2, SIZE // 2, width))
        self.built = True

    def call(self, codes: tf.Tensor, training: bool = False) -> Scene:
        """The scene of every code [n, code]."""
        background = self.background(codes[:, tf.newaxis, tf.newaxis], training=training)
        hidden = self.moving(codes[:, tf.newaxis, tf.newaxis, tf.newaxis], training=training)
        foreground, mask = tf.tanh(self.foreground(hidden)), tf.sigmoid(self.mask(hidden))
        video = mask * foreground + (1 - mask) * background[:, tf.newaxis]
        return Scene(video, foreground, mask, background)


def _deconvolution(rank: int, channels: int, first: bool, name: str) -> keras.layers.Layer:
    """Four times as wide from 1×1, else twice; the first one in time only two frames long."""
    kind = keras.layers.Conv2DTranspose if rank == 2 else Conv3DTranspose
    return kind(
        channels,
        (2, 4, 4)[3 - rank :] if first else 4,
        strides=1 if first else 2,
        padding="valid" if first else "same",
        kernel_initializer=initial_kernel(),
        name=name,
    )
