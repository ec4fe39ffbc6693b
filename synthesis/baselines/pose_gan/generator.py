"""The pose GAN's networks: DCGAN's, told of a continuous pose and asked to read it."""

from typing import Any

import keras
import tensorflow as tf

from synthesis.baselines.normalization import BatchNormalization

SIZE = 64
CODE_SIZE = 100
WIDTH = 64
MAX_YAW = 75.0  # degrees to either side (thesis 2.2.4)
_EPSILON = 1e-5


def _initial() -> keras.initializers.Initializer:
    return keras.initializers.RandomNormal(0.0, 0.02)  # DCGAN (Radford et al. 2016)


class PoseGenerator(keras.Model):
    """Faces [n, 64, 64, 3] in [−1, 1] from codes [n, 100] and poses [n].

    Args:
      width: channels of the last hidden layer.
      code_size: length of a code, the pose not counted.
    """

    def __init__(self, width: int = WIDTH, code_size: int = CODE_SIZE, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        layers: list[keras.layers.Layer] = [keras.Input((1, 1, code_size + 1))]
        for index, channels in enumerate((width * 8, width * 4, width * 2, width)):
            layers += [
                keras.layers.Conv2DTranspose(
                    channels,
                    4,
                    strides=2 if index else 1,
                    padding="same" if index else "valid",
                    use_bias=False,
                    kernel_initializer=_initial(),
                ),
                BatchNormalization(
                    _EPSILON, gamma_initializer=keras.initializers.RandomNormal(1.0, 0.02)
                ),
                keras.layers.ReLU(),
            ]
        layers += [
            keras.layers.Conv2DTranspose(
                3, 4, strides=2, padding="same", kernel_initializer=_initial()
            ),
            keras.layers.Activation("tanh"),
        ]
        self.main = keras.Sequential(layers, name="pose_generator")
        self.built = True

    def call(self, codes: tf.Tensor, poses: tf.Tensor, training: bool = False) -> tf.Tensor:
        """Faces of codes [n, code] at poses [n] in [−1, 1], which stand for −75° to 75°."""
        both = tf.concat([codes, poses[:, tf.newaxis]], axis=1)
        return self.main(both[:, tf.newaxis, tf.newaxis], training=training)


class PoseDiscriminator(keras.Model):
    """A logit of real [n] and the pose read [n] of faces [n, 64, 64, 3].

    Args:
      width: channels of the first layer.
    """

    def __init__(self, width: int = WIDTH, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        layers: list[keras.layers.Layer] = [keras.Input((SIZE, SIZE, 3))]
        for index, channels in enumerate((width, width * 2, width * 4, width * 8)):
            layers.append(
                keras.layers.Conv2D(
                    channels,
                    4,
                    strides=2,
                    padding="same",
                    use_bias=index == 0,
                    kernel_initializer=_initial(),
                )
            )
            if index:
                layers.append(
                    BatchNormalization(
                        _EPSILON, gamma_initializer=keras.initializers.RandomNormal(1.0, 0.02)
                    )
                )
            layers.append(keras.layers.LeakyReLU(0.2))
        layers += [keras.layers.Flatten(), keras.layers.Dense(2, kernel_initializer=_initial())]
        self.main = keras.Sequential(layers, name="pose_critic")
        self.built = True

    def call(self, images: tf.Tensor, training: bool = False) -> tuple[tf.Tensor, tf.Tensor]:
        """The logit [n] and the pose [n], 1 for 75°."""
        out = self.main(images, training=training)
        return out[:, 0], out[:, 1]
