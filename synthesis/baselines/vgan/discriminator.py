"""VGAN's critic, which can also pass a gradient back as the original does."""

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from synthesis.baselines.normalization import BatchNormalization
from synthesis.baselines.space_time import Conv3D
from synthesis.baselines.vgan.generator import WIDTH, initial_gamma, initial_kernel

EPSILON = 1e-3  # unlike the generator's
REAL, FAKE = 0, 1  # main.lua's classes 1 and 2


class SceneDiscriminator(keras.Model):
    """Logits [n, 2] of (real, fake) for clips [n, 32, 64, 64, 3].

    Args:
      width: channels of the first layer; the original has 64.
    """

    def __init__(self, width: int = WIDTH, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.stack: list[keras.layers.Layer] = []
        channels = [3, width, width * 2, width * 4, width * 8]
        shape: tuple[int | None, ...] = (None, 32, 64, 64, 3)
        for index in range(5):
            last = index == 4
            self._add(
                Conv3D(
                    2 if last else channels[index + 1],
                    (2, 4, 4) if last else 4,
                    strides=1 if last else 2,
                    padding="valid" if last else "same",
                    kernel_initializer=initial_kernel(),
                    name=f"conv{index}",
                ),
                shape,
            )
            shape = self.stack[-1].compute_output_shape(shape)
            if 0 < index < 4:
                norm = BatchNormalization(
                    EPSILON, gamma_initializer=initial_gamma(), name=f"norm{index}"
                )
                self._add(norm, shape)
            if not last:
                self._add(keras.layers.LeakyReLU(0.2), shape)
        self._add(keras.layers.Reshape((2,)), shape)
        self.built = True

    def _add(self, layer: keras.layers.Layer, shape: tuple[int | None, ...]) -> None:
        layer.build(shape)
        self.stack.append(layer)

    def call(self, videos: tf.Tensor, training: bool = False, update: bool = True) -> tf.Tensor:
        """Logits [n, 2]; `update` as in `BatchNormalization.call`."""
        return self.activations(videos, training, update)[-1]

    def activations(
        self, videos: tf.Tensor, training: bool = False, update: bool = True
    ) -> list[tf.Tensor]:
        """The input of every layer in turn, then the logits."""
        seen = [videos]
        for layer in self.stack:
            seen.append(_apply(layer, seen[-1], training, update))
        return seen

    def replay(self, videos: tf.Tensor, stored: Sequence[tf.Tensor]) -> tf.Tensor:
        """The logits of an earlier training pass, with gradients through today's weights.

        Lua Torch's `backward` takes the activations that the last `forward` left and the weights
        as they are by then. So does this: each layer is given its stored input in value, and hands
        its gradient on to `videos`.

        Args:
          videos: those of the earlier pass.
          stored: what `activations` gave then.
        """
        x = videos
        for layer, value in zip(self.stack, stored, strict=False):
            x = _apply(layer, _in_place_of(x, value), training=True, update=False)
        return _in_place_of(x, stored[-1])


def _apply(layer: keras.layers.Layer, x: tf.Tensor, training: bool, update: bool) -> tf.Tensor:
    if isinstance(layer, BatchNormalization):
        return layer(x, training=training, update=update)
    return layer(x)


def _in_place_of(x: tf.Tensor, value: tf.Tensor) -> tf.Tensor:
    """`value`, whose gradient goes to `x`."""
    return tf.stop_gradient(value) + (x - tf.stop_gradient(x))
