"""The pose GAN's training: DCGAN's, and an error of the pose that the critic reads.

The paper was not to be had: this follows the thesis' account of it (2.2.4), a GAN conditioned on
a continuous pose label that can recover the pose, with DCGAN's networks and settings.
"""

import dataclasses
from collections.abc import Mapping, Sequence

import keras
import numpy as np
import tensorflow as tf

from stylegan_tf.errors import InputError
from synthesis.baselines.adversarial_training import (
    AdversarialTraining,
    mean_logistic_loss,
    subkey,
)
from synthesis.baselines.pose_gan.generator import (
    CODE_SIZE,
    MAX_YAW,
    SIZE,
    WIDTH,
    PoseDiscriminator,
    PoseGenerator,
)

LEARNING_RATE, BETA_1, BETA_2 = 2e-4, 0.5, 0.999  # DCGAN (Radford et al. 2016)
POSE_WEIGHT = 10.0  # of the squared error of the pose, in units of 75°; ours
BATCH_SIZE = 64
STEPS = 50_000  # ours
SWEEP_FRAMES = 11  # of a generated clip: every 15 degrees


@dataclasses.dataclass(frozen=True)
class PoseGanOptions:
    """What the pose GAN is built from."""

    size: int = SIZE
    width: int = WIDTH
    code_size: int = CODE_SIZE
    batch_size: int = BATCH_SIZE
    learning_rate: float = LEARNING_RATE
    pose_weight: float = POSE_WEIGHT

    def __post_init__(self) -> None:
        if self.size != SIZE:
            raise InputError(f"the pose GAN draws {SIZE}×{SIZE}, not {self.size}")


class PoseGanTraining(AdversarialTraining):
    """Generator and critic."""

    def __init__(self, options: PoseGanOptions) -> None:
        self.options = options
        self.frames, self.size = SWEEP_FRAMES, SIZE
        self.generator = PoseGenerator(options.width, options.code_size)
        self.critic = PoseDiscriminator(options.width)
        self.networks = {"generator": self.generator, "critic": self.critic}
        self.optimizers = {}
        for name, network in self.networks.items():
            optimizer = keras.optimizers.Adam(options.learning_rate, BETA_1, BETA_2)
            optimizer.build(network.trainable_variables)
            self.optimizers[name] = optimizer

    def step(self, batch: Mapping[str, tf.Tensor], key: tf.Tensor) -> dict[str, tf.Tensor]:
        """`batch` holds "images", uint8 [n, 64, 64, 3], and "yaws", degrees [n].

        Losses: `critic`, `generator`, and the squared error of the pose that the critic reads of
        real and of generated faces, `pose_real`, `pose_fake`, in units of 75°.
        """
        images = tf.cast(batch["images"], tf.float32) / 127.5 - 1
        poses = batch["yaws"] / MAX_YAW
        count, weight = images.shape[0], self.options.pose_weight
        with tf.GradientTape() as judging, tf.GradientTape() as drawing:
            codes = tf.random.stateless_normal([count, self.options.code_size], subkey(key, 0))
            asked = tf.random.stateless_uniform([count], subkey(key, 1), -1, 1)
            fakes = self.generator(codes, asked, training=True)
            real, read_real = self.critic(images, training=True)
            fake, read_fake = self.critic(fakes, training=True)
            pose_real = tf.reduce_mean(tf.square(read_real - poses))
            pose_fake = tf.reduce_mean(tf.square(read_fake - asked))
            critic = mean_logistic_loss(real, True) + mean_logistic_loss(fake, False)
            critic_loss = critic + weight * pose_real
            generator = mean_logistic_loss(fake, True)
            generator_loss = generator + weight * pose_fake
        for name, tape, loss in (
            ("critic", judging, critic_loss),
            ("generator", drawing, generator_loss),
        ):
            weights = [variable.value for variable in self.networks[name].trainable_variables]
            self.descend(name, tape.gradient(loss, weights))
        return {
            "critic": critic,
            "generator": generator,
            "pose_real": pose_real,
            "pose_fake": pose_fake,
        }

    def draw(self, seeds: Sequence[int], yaws: Sequence[float]) -> np.ndarray:
        """Faces of seeds at yaws in degrees: float32 [n, 64, 64, 3] in [−1, 1].

        Raises:
          InputError: a yaw beyond 75° to either side.
        """
        poses = np.asarray(yaws, np.float32) / MAX_YAW
        if np.abs(poses).max(initial=0) > 1:
            raise InputError(f"the pose GAN knows yaws from {-MAX_YAW:g} to {MAX_YAW:g} degrees")
        size = self.options.code_size
        codes = np.stack([np.random.RandomState(seed).randn(size) for seed in seeds])
        return self._draw(tf.constant(codes, tf.float32), tf.constant(poses)).numpy()

    @tf.function(reduce_retracing=True)
    def _draw(self, codes: tf.Tensor, poses: tf.Tensor) -> tf.Tensor:
        return self.generator(codes, poses, training=False)

    def generate(
        self, seeds: Sequence[int], labels: Sequence[int] | None = None, frames: int | None = None
    ) -> np.ndarray:
        """Each seed's face turning from −75° to 75°; see `AdversarialTraining.generate`."""
        if labels is not None:
            raise InputError("the pose GAN has no classes")
        yaws = np.linspace(-MAX_YAW, MAX_YAW, frames or SWEEP_FRAMES)
        faces = self.draw(np.repeat(seeds, len(yaws)).tolist(), np.tile(yaws, len(seeds)).tolist())
        return faces.reshape(len(seeds), len(yaws), *faces.shape[1:])
