"""TGAN's training: a WGAN whose critic is clipped (the original's TGANUpdaterWGANParallelSVC)."""

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np
import tensorflow as tf

from stylegan_tf.errors import InputError
from synthesis.baselines.adversarial_training import AdversarialTraining
from synthesis.baselines.clip_batches import ClipWindow
from synthesis.baselines.optimizers import ChainerRmsprop
from synthesis.baselines.tgan.discriminator import WIDTH as CRITIC_WIDTH
from synthesis.baselines.tgan.discriminator import VideoCritic
from synthesis.baselines.tgan.generator import (
    CODE_SIZE,
    FRAMES,
    UPSAMPLING,
    WIDTH,
    FrameSeedGenerator,
    VideoGenerator,
)

LEARNING_RATE = 5e-5  # train.py
CLIP_EVERY = 5  # iterations (paper, 4.2; `freq` in the configuration)
BATCH_SIZE = 32
STEPS = 100_000  # what the original's evaluation takes (batch_inception.py)


@dataclasses.dataclass(frozen=True)
class TganOptions:
    """What TGAN is built from; the defaults are the original's (ucf101_wgan_svd_zdim-100)."""

    size: int = 64
    width: int = WIDTH
    critic_width: int = CRITIC_WIDTH
    code_size: int = CODE_SIZE
    frames: int = FRAMES
    batch_size: int = BATCH_SIZE
    learning_rate: float = LEARNING_RATE
    clip_every: int = CLIP_EVERY

    def __post_init__(self) -> None:
        if self.size % UPSAMPLING or self.size < 2 * UPSAMPLING:
            raise InputError(f"TGAN's frames are a multiple of {UPSAMPLING} wide, not {self.size}")
        if self.frames != FRAMES:
            raise InputError(f"TGAN's clips have {FRAMES} frames, not {self.frames}")
        if self.width % UPSAMPLING:
            raise InputError(f"TGAN's width is a multiple of {UPSAMPLING}, not {self.width}")

    image_batch_size = 0
    classes = 0

    @property
    def clips_per_step(self) -> int:
        """Real clips that a step takes."""
        return self.batch_size

    @property
    def window(self) -> ClipWindow:
        """Frames in a row, from anywhere in the clip."""
        return ClipWindow(self.frames)


class TganTraining(AdversarialTraining):
    """Frame seed generator, video generator and critic."""

    def __init__(self, options: TganOptions) -> None:
        self.options = options
        self.frames, self.size = options.frames, options.size
        bottom = options.size // UPSAMPLING
        self.seed_generator = FrameSeedGenerator(options.code_size, options.code_size)
        self.generator = VideoGenerator(options.width, bottom, options.code_size, options.code_size)
        self.critic = VideoCritic(options.critic_width, bottom)
        self.networks = {
            "seed_generator": self.seed_generator,
            "generator": self.generator,
            "critic": self.critic,
        }
        self.optimizers = {}
        for name, network in self.networks.items():
            optimizer = ChainerRmsprop(options.learning_rate)
            optimizer.build(network.trainable_variables)
            self.optimizers[name] = optimizer
        self._clip = tf.function(self.critic.clip)

    def step(self, batch: Mapping[str, tf.Tensor], key: tf.Tensor) -> dict[str, tf.Tensor]:
        """One original iteration: the losses `generator` and `critic`."""
        videos = to_float(batch["videos"])
        codes = tf.random.stateless_uniform(
            [videos.shape[0], self.options.code_size], key, -1, 1, videos.dtype
        )
        losses, _ = self.update(videos, codes)
        return losses

    def update(
        self, videos: tf.Tensor, codes: tf.Tensor
    ) -> tuple[dict[str, tf.Tensor], dict[str, list[tf.Tensor]]]:
        """Losses and gradients, by network, of one forward pass that serves all three.

        Args:
          videos: [n, 16, H, W, 3] in [−1, 1].
          codes: [n, code] in [−1, 1].
        """
        with tf.GradientTape(persistent=True) as tape:
            fakes = self.videos(codes, training=True)
            fake = self.critic(fakes, training=True)
            real = self.critic(videos, training=True)
            count = tf.cast(tf.shape(videos)[0], fake.dtype)
            generator_loss = -tf.reduce_sum(fake) / count
            critic_loss = (tf.reduce_sum(fake) - tf.reduce_sum(real)) / count
        gradients = {}
        for name, network in self.networks.items():
            loss = critic_loss if name == "critic" else generator_loss
            weights = [variable.value for variable in network.trainable_variables]
            gradients[name] = tape.gradient(loss, weights)
        del tape
        for name in self.networks:
            self.descend(name, gradients[name])
        return {"generator": generator_loss, "critic": critic_loss}, gradients

    def after_step(self, step: int) -> None:
        """Clips the critic after every fifth step."""
        if step % self.options.clip_every == 0:
            self._clip()

    def videos(self, codes: tf.Tensor, training: bool) -> tf.Tensor:
        """Clips [n, 16, H, W, 3] of codes [n, code]."""
        seeds = self.seed_generator(codes, training=training)
        return self.generator(codes, seeds, training=training)

    def generate(
        self, seeds: Sequence[int], labels: Sequence[int] | None = None, frames: int | None = None
    ) -> np.ndarray:
        """See `AdversarialTraining.generate`; clips have 16 frames and no classes."""
        if labels is not None or frames not in (None, self.frames):
            raise InputError(f"TGAN has no classes, and its clips have {self.frames} frames")
        size = self.options.code_size
        codes = np.stack([np.random.RandomState(seed).uniform(-1, 1, size) for seed in seeds])
        codes = tf.constant(codes, self.generator.compute_dtype)
        return self._generate(codes).numpy().astype(np.float32)

    @tf.function(reduce_retracing=True)
    def _generate(self, codes: tf.Tensor) -> tf.Tensor:
        return self.videos(codes, training=False)


def to_float(pixels: tf.Tensor) -> tf.Tensor:
    """uint8 → [−1, 1): (x − 128) / 128, as the original's data sets do."""
    return (tf.cast(pixels, tf.float32) - 128) / 128
