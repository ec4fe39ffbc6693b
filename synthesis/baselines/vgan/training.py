"""VGAN's training (the original's main.lua; paper, 3.2)."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Literal

import keras
import numpy as np
import tensorflow as tf

from stylegan_tf.errors import InputError
from synthesis.baselines.adversarial_training import AdversarialTraining, mean_class_loss
from synthesis.baselines.clip_batches import ClipWindow
from synthesis.baselines.vgan.discriminator import FAKE, REAL, SceneDiscriminator
from synthesis.baselines.vgan.generator import (
    CODE_SIZE,
    FRAMES,
    SIZE,
    WIDTH,
    Scene,
    SceneGenerator,
)

LEARNING_RATE, BETA_1, BETA_2, EPSILON = 2e-4, 0.5, 0.999, 1e-8  # main.lua
MASK_PENALTY = 0.1  # main.lua's L1Penalty; the paper's λ
BATCH_SIZE = 64
STEPS = 100_000  # ours: the original counts 100 passes through its 2 million clips


@dataclasses.dataclass(frozen=True)
class VganOptions:
    """What VGAN is built from; the defaults are the original's.

    `generator_gradient`: "original" takes the critic's activations from before its update, and its
    weights from after it, as Lua Torch does; "fresh" runs the updated critic once more.
    """

    size: int = SIZE
    width: int = WIDTH
    code_size: int = CODE_SIZE
    frames: int = FRAMES
    batch_size: int = BATCH_SIZE
    learning_rate: float = LEARNING_RATE
    mask_penalty: float = MASK_PENALTY
    generator_gradient: Literal["original", "fresh"] = "original"

    image_batch_size = 0
    classes = 0

    def __post_init__(self) -> None:
        if (self.size, self.frames) != (SIZE, FRAMES):
            raise InputError(
                f"VGAN draws {FRAMES} frames of {SIZE}×{SIZE}, not {self.frames} of "
                f"{self.size}×{self.size}: the original is hard-wired to them"
            )

    @property
    def clips_per_step(self) -> int:
        """Real clips that a step takes."""
        return self.batch_size

    @property
    def window(self) -> ClipWindow:
        """The first 32 frames; of shorter clips the last frame is repeated."""
        return ClipWindow(self.frames, start="first", short="repeat")


class VganTraining(AdversarialTraining):
    """Generator and critic."""

    def __init__(self, options: VganOptions) -> None:
        self.options = options
        self.frames, self.size = FRAMES, SIZE
        self.generator = SceneGenerator(options.width, options.code_size)
        self.critic = SceneDiscriminator(options.width)
        self.networks = {"generator": self.generator, "critic": self.critic}
        self.optimizers = {}
        for name, network in self.networks.items():
            # Lua Torch's Adam is Keras': epsilon is added before the correction of bias.
            optimizer = keras.optimizers.Adam(options.learning_rate, BETA_1, BETA_2, EPSILON)
            optimizer.build(network.trainable_variables)
            self.optimizers[name] = optimizer

    def step(self, batch: Mapping[str, tf.Tensor], key: tf.Tensor) -> dict[str, tf.Tensor]:
        """One original iteration: `critic_real`, `critic_fake`, `generator`, `mask_penalty`."""
        videos = to_float(batch["videos"])
        codes = tf.random.stateless_normal([videos.shape[0], self.options.code_size], key)
        losses, _ = self.update(videos, codes)
        return losses

    def update(
        self, videos: tf.Tensor, codes: tf.Tensor
    ) -> tuple[dict[str, tf.Tensor], dict[str, list[tf.Tensor]]]:
        """Losses and gradients by network; the generator learns from the critic's own fakes.

        Args:
          videos: [n, 32, 64, 64, 3] in [−1, 1].
          codes: [n, code].
        """
        with tf.GradientTape() as drawing:
            scene: Scene = self.generator(codes, training=True)
            penalty = self.options.mask_penalty * tf.reduce_mean(tf.abs(scene.mask))
        with tf.GradientTape() as judging:
            real = self.critic(videos, training=True)
            stored = self.critic.activations(tf.stop_gradient(scene.video), training=True)
            losses = {
                "critic_real": _class_loss(real, REAL),
                "critic_fake": _class_loss(stored[-1], FAKE),
                "mask_penalty": penalty,
            }
            loss = losses["critic_real"] + losses["critic_fake"]
        critic_weights = [variable.value for variable in self.critic.trainable_variables]
        gradients = {"critic": judging.gradient(loss, critic_weights)}
        self.descend("critic", gradients["critic"])

        with tf.GradientTape() as deceiving:
            fakes = tf.stop_gradient(scene.video)
            deceiving.watch(fakes)
            if self.options.generator_gradient == "original":
                logits = self.critic.replay(fakes, stored)
            else:
                logits = self.critic(fakes, training=True, update=False)
            losses["generator"] = _class_loss(logits, REAL)
        towards_real = deceiving.gradient(losses["generator"], fakes)
        gradients["generator"] = drawing.gradient(
            [scene.video, penalty],
            [variable.value for variable in self.generator.trainable_variables],
            output_gradients=[towards_real, tf.ones_like(penalty)],
        )
        self.descend("generator", gradients["generator"])
        return losses, gradients

    def generate(
        self, seeds: Sequence[int], labels: Sequence[int] | None = None, frames: int | None = None
    ) -> np.ndarray:
        """See `AdversarialTraining.generate`; clips have 32 frames and no classes."""
        if labels is not None or frames not in (None, FRAMES):
            raise InputError(f"VGAN has no classes, and its clips have {FRAMES} frames")
        size = self.options.code_size
        codes = np.stack([np.random.RandomState(seed).randn(size) for seed in seeds])
        codes = tf.constant(codes, self.generator.compute_dtype)
        return self._generate(codes).numpy().astype(np.float32)

    @tf.function(reduce_retracing=True)
    def _generate(self, codes: tf.Tensor) -> tf.Tensor:
        return self.generator(codes, training=False).video


def _class_loss(logits: tf.Tensor, wanted: int) -> tf.Tensor:
    return mean_class_loss(logits, tf.fill([tf.shape(logits)[0]], wanted))


def to_float(pixels: tf.Tensor) -> tf.Tensor:
    """uint8 → [−1, 1]: x / 255 · 2 − 1; the original's per-channel means are 0."""
    return tf.cast(pixels, tf.float32) / 255 * 2 - 1
