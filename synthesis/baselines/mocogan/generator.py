"""MoCoGAN's generator: a content code per clip, a recurrent motion code per frame."""

import math
from typing import Any

import keras
import tensorflow as tf

from synthesis.baselines.normalization import BatchNormalization

SIZE = 64  # the five transposed convolutions lead from 1×1 to 64×64 and nowhere else
CONTENT_SIZE, MOTION_SIZE, CATEGORIES = 50, 10, 6  # train.py's defaults
WIDTH = 64
FRAMES = 16


def torch_uniform(fan_in: int) -> keras.initializers.Initializer:
    """U(−1/√n, 1/√n), PyTorch's own for layers with n inputs per output."""
    bound = 1 / math.sqrt(fan_in)
    return keras.initializers.RandomUniform(-bound, bound)


def torch_batch_normalization(name: str) -> BatchNormalization:
    """PyTorch's batch normalization of 2017, whose gammas start as U(0, 1)."""
    return BatchNormalization(
        1e-5, 0.9, gamma_initializer=keras.initializers.RandomUniform(0.0, 1.0), name=name
    )


class MocoganGenerator(keras.Model):
    """Clips [n, T, 64, 64, 3] in [−1, 1] from a content, a category and a noise per frame.

    The motion code of a frame is the state of a GRU that is fed noise (paper, 3.1); each frame is
    then drawn on its own from [content, category, motion]. Weights start as PyTorch's do.

    Args:
      width: channels of the last hidden layer; the original has 64.
      content_size, motion_size: lengths of the two codes.
      categories: length of the one-hot category; 0 leaves it out.
      frames: clips have as many unless asked otherwise.
    """

    def __init__(
        self,
        width: int = WIDTH,
        content_size: int = CONTENT_SIZE,
        categories: int = CATEGORIES,
        motion_size: int = MOTION_SIZE,
        frames: int = FRAMES,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.content_size, self.categories = content_size, categories
        self.motion_size, self.frames = motion_size, frames
        self.recurrent = keras.layers.GRU(
            motion_size,
            return_sequences=True,
            reset_after=True,
            kernel_initializer=torch_uniform(motion_size),
            recurrent_initializer=torch_uniform(motion_size),
            bias_initializer=torch_uniform(motion_size),
            name="recurrent",
        )
        code_size = content_size + categories + motion_size
        channels = [code_size, width * 8, width * 4, width * 2, width, 3]
        layers: list[keras.layers.Layer] = [keras.Input((1, 1, code_size))]
        for index in range(5):
            layers.append(
                keras.layers.Conv2DTranspose(
                    channels[index + 1],
                    4,
                    strides=2 if index else 1,
                    padding="same" if index else "valid",
                    use_bias=False,
                    kernel_initializer=torch_uniform(channels[index] * 16),
                    name=f"deconv{index}",
                )
            )
            if index < 4:
                layers += [torch_batch_normalization(f"norm{index}"), keras.layers.ReLU()]
        self.main = keras.Sequential([*layers, keras.layers.Activation("tanh")], name="main")
        self.recurrent.build((None, None, motion_size))
        self.built = True

    def motion(self, noise: tf.Tensor, state: tf.Tensor) -> tf.Tensor:
        """Motion codes [n, T, motion] from noise [n, T, motion] and a first state [n, motion].

        The first state is not itself a frame's code.
        """
        return self.recurrent(noise, initial_state=state)

    def codes(
        self, content: tf.Tensor, category: tf.Tensor, noise: tf.Tensor, state: tf.Tensor
    ) -> tf.Tensor:
        """The code [n, T, content + categories + motion] of every frame.

        Args:
          content: [n, content].
          category: one-hot [n, categories].
          noise: [n, T, motion]; T is the clip's length.
          state: [n, motion].
        """
        frames = tf.shape(noise)[1]
        whole = tf.concat([content, category], axis=1)
        repeated = tf.repeat(whole[:, tf.newaxis], frames, axis=1)
        return tf.concat([repeated, self.motion(noise, state)], axis=2)

    def draw(self, codes: tf.Tensor, training: bool = False) -> tf.Tensor:
        """Frames [m, 64, 64, 3] in [−1, 1] of codes [m, content + categories + motion]."""
        return self.main(codes[:, tf.newaxis, tf.newaxis], training=training)

    def call(
        self,
        content: tf.Tensor,
        category: tf.Tensor,
        noise: tf.Tensor,
        state: tf.Tensor,
        training: bool = False,
    ) -> tf.Tensor:
        """Clips [n, T, 64, 64, 3]; see `codes` for the arguments."""
        codes = self.codes(content, category, noise, state)
        count, frames = tf.shape(codes)[0], tf.shape(codes)[1]
        drawn = self.draw(tf.reshape(codes, [count * frames, codes.shape[2]]), training)
        return tf.reshape(drawn, [count, frames, SIZE, SIZE, 3])
