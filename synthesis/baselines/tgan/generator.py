"""TGAN's two generators: one code per clip → one per frame, and both → frames."""

from typing import Any

import keras
import tensorflow as tf

from synthesis.baselines.normalization import BatchNormalization

CODE_SIZE = 100
FRAMES = 16
WIDTH = 512  # conv_ch: channels at the smallest size
BOTTOM_SIZE = 4  # bottom_width: side of the smallest feature map; frames are 16 times as wide
UPSAMPLING = 16
EPSILON = 2e-5  # of Chainer's batch normalization
INITIAL_RANGE = 0.01  # wscale: weights start as U(−0.01, 0.01)


def initial_weights() -> keras.initializers.Initializer:
    """What all kernels of TGAN start as."""
    return keras.initializers.RandomUniform(-INITIAL_RANGE, INITIAL_RANGE)


class FrameSeedGenerator(keras.Model):
    """Codes per frame [n, 16, fast] from codes per clip [n, slow] (the temporal generator).

    The original's `FrameSeedGeneratorNoBetaInitUniform`.
    """

    def __init__(
        self, slow_size: int = CODE_SIZE, fast_size: int = CODE_SIZE, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        channels = [512, 256, 128, 128, fast_size]
        layers: list[keras.layers.Layer] = [keras.Input((1, slow_size))]
        for index, width in enumerate(channels):
            layers.append(
                keras.layers.Conv1DTranspose(
                    width,
                    4 if index else 1,
                    strides=2 if index else 1,
                    padding="same",
                    kernel_initializer=initial_weights(),
                    name=f"deconv{index}",
                )
            )
            if index < 4:
                layers.append(BatchNormalization(EPSILON, center=False, name=f"norm{index}"))
                layers.append(keras.layers.ReLU())
        layers.append(keras.layers.Activation("tanh"))
        self.main = keras.Sequential(layers, name="frame_seeds")
        self.built = True

    def call(self, slow: tf.Tensor, training: bool = False) -> tf.Tensor:
        """[n, 16, fast] in [−1, 1] of [n, slow]."""
        return self.main(slow[:, tf.newaxis], training=training)


class VideoGenerator(keras.Model):
    """Frames [m, H, W, 3] in [−1, 1] from a clip's and a frame's code (the image generator).

    The original's `VideoGeneratorInitUniform`.

    Args:
      width: channels at the smallest size.
      bottom_size: 4 for 64×64 frames, 6 for 96×96, 8 for 128×128.
      slow_size, fast_size: lengths of the codes.
    """

    def __init__(
        self,
        width: int = WIDTH,
        bottom_size: int = BOTTOM_SIZE,
        slow_size: int = CODE_SIZE,
        fast_size: int = CODE_SIZE,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        half = width // 2
        self.slow, self.fast = (
            keras.Sequential(
                [
                    keras.Input((size,)),
                    keras.layers.Dense(
                        bottom_size**2 * half,
                        use_bias=False,
                        kernel_initializer=initial_weights(),
                        name="dense",
                    ),
                    BatchNormalization(EPSILON, name="norm"),
                    keras.layers.ReLU(),
                    # Channels come first in the original; so the weights are the same ones.
                    keras.layers.Reshape((half, bottom_size, bottom_size)),
                    keras.layers.Permute((2, 3, 1)),
                ],
                name=name,
            )
            for name, size in (("slow", slow_size), ("fast", fast_size))
        )
        layers: list[keras.layers.Layer] = [keras.Input((bottom_size, bottom_size, 2 * half))]
        for index in range(1, 5):
            layers += [
                keras.layers.Conv2DTranspose(
                    width >> index,
                    4,
                    strides=2,
                    padding="same",
                    use_bias=False,
                    kernel_initializer=initial_weights(),
                    name=f"deconv{index}",
                ),
                BatchNormalization(EPSILON, name=f"norm{index}"),
                keras.layers.ReLU(),
            ]
        layers += [
            keras.layers.Conv2DTranspose(
                3, 3, padding="same", kernel_initializer=initial_weights(), name="deconv5"
            ),
            keras.layers.Activation("tanh"),
        ]
        self.main = keras.Sequential(layers, name="frames")
        self.built = True

    def call(self, slow: tf.Tensor, fast: tf.Tensor, training: bool = False) -> tf.Tensor:
        """Clips [n, T, H, W, 3] of codes [n, slow] and [n, T, fast]."""
        count, frames = tf.shape(fast)[0], tf.shape(fast)[1]
        # Repeated before the dense layer, as a batch's statistics are over frames.
        repeated = tf.repeat(slow, frames, axis=0)
        maps = [
            self.slow(repeated, training=training),
            self.fast(tf.reshape(fast, [count * frames, fast.shape[2]]), training=training),
        ]
        images = self.main(tf.concat(maps, axis=-1), training=training)
        return tf.reshape(images, tf.concat([[count, frames], tf.shape(images)[1:]], axis=0))
