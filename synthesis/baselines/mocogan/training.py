"""MoCoGAN's training (the original's trainers.py; paper, 3.3 and 3.4)."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from stylegan_tf.errors import InputError
from synthesis.baselines.adversarial_training import (
    AdversarialTraining,
    mean_class_loss,
    mean_logistic_loss,
    subkey,
)
from synthesis.baselines.clip_batches import ClipWindow
from synthesis.baselines.mocogan.discriminators import ImageDiscriminator, VideoDiscriminator
from synthesis.baselines.mocogan.generator import (
    CATEGORIES,
    CONTENT_SIZE,
    FRAMES,
    MOTION_SIZE,
    SIZE,
    WIDTH,
    MocoganGenerator,
)
from synthesis.baselines.optimizers import TorchAdam

LEARNING_RATE, BETA_1, BETA_2, L2 = 2e-4, 0.5, 0.999, 1e-5  # trainers.py
BATCH_SIZE = 32  # images, and clips: the command line of the original's README
STEPS = 100_000  # train.py's --batches
EVERY_NTH = 2  # of a clip's frames


@dataclasses.dataclass(frozen=True)
class MocoganOptions:
    """What MoCoGAN is built from; the defaults are the original's.

    `noise` is σ of the noise in the critics: 0 in the original's code, 0.1 on its command line.
    """

    size: int = SIZE
    width: int = WIDTH
    content_size: int = CONTENT_SIZE
    motion_size: int = MOTION_SIZE
    classes: int = CATEGORIES
    frames: int = FRAMES
    batch_size: int = BATCH_SIZE
    image_batch_size: int = BATCH_SIZE
    infogan: bool = True
    noise: float = 0.0
    learning_rate: float = LEARNING_RATE

    def __post_init__(self) -> None:
        if self.size != SIZE:
            raise InputError(
                f"MoCoGAN's generator draws {SIZE}×{SIZE}, not {self.size}: the original is "
                "hard-wired to it"
            )
        if self.frames != FRAMES:
            raise InputError(f"MoCoGAN's critic reads {FRAMES} frames, not {self.frames}")
        if self.image_batch_size < 1:
            raise InputError("image_batch_size must be 1 or more")

    @property
    def clips_per_step(self) -> int:
        """Real clips that a step takes."""
        return self.batch_size

    @property
    def window(self) -> ClipWindow:
        """Every second frame, from anywhere; of shorter clips the first frames in a row."""
        return ClipWindow(self.frames, EVERY_NTH, short="consecutive")


class MocoganNoise(NamedTuple):
    """What n clips are made from."""

    content: tf.Tensor  # [n, content]
    category: tf.Tensor  # int [n]
    state: tf.Tensor  # [n, motion]
    motion: tf.Tensor  # [n, T, motion]


class MocoganTraining(AdversarialTraining):
    """Generator, image and video critic: one step is an update of either critic, then of it."""

    def __init__(self, options: MocoganOptions) -> None:
        self.options = options
        self.frames, self.size, self.classes = options.frames, SIZE, options.classes
        self.generator = MocoganGenerator(
            options.width,
            options.content_size,
            options.classes,
            options.motion_size,
            options.frames,
        )
        self.image_critic = ImageDiscriminator(options.width, options.noise)
        self.video_critic = VideoDiscriminator(options.width, options.classes, options.noise)
        self.networks = {
            "generator": self.generator,
            "image_critic": self.image_critic,
            "video_critic": self.video_critic,
        }
        self.optimizers = {}
        for name, network in self.networks.items():
            optimizer = TorchAdam(options.learning_rate, BETA_1, BETA_2, l2=L2)
            optimizer.build(network.trainable_variables)
            self.optimizers[name] = optimizer

    def step(self, batch: Mapping[str, tf.Tensor], key: tf.Tensor) -> dict[str, tf.Tensor]:
        """One original iteration: the losses `image_critic`, `video_critic` and `generator`."""
        images, videos = to_float(batch["images"]), to_float(batch["videos"])
        count, clips = images.shape[0], videos.shape[0]
        losses = {}
        codes = self.frame_codes(*self._pick(subkey(key, 0), count))
        losses["image_critic"], _ = self.update_image_critic(images, codes)
        noise = self.draw_noise(subkey(key, 1), clips)
        losses["video_critic"], _ = self.update_video_critic(videos, batch["labels"], noise)
        losses["generator"], _ = self.update_generator(
            *self._pick(subkey(key, 2), count), self.draw_noise(subkey(key, 3), clips)
        )
        return losses

    def draw_noise(self, key: tf.Tensor, count: int) -> MocoganNoise:
        """All that `count` clips are made from, from a key [2]."""
        options, dtype = self.options, self.generator.compute_dtype

        def normal(index: int, *shape: int) -> tf.Tensor:
            return tf.random.stateless_normal([count, *shape], subkey(key, index), dtype=dtype)

        return MocoganNoise(
            normal(0, options.content_size),
            tf.random.stateless_uniform(
                [count], subkey(key, 1), 0, max(options.classes, 1), dtype=tf.int32
            ),
            normal(2, options.motion_size),
            normal(3, options.frames, options.motion_size),
        )

    def _pick(self, key: tf.Tensor, count: int) -> tuple[MocoganNoise, tf.Tensor]:
        """As `sample_images`: twice T clips per frame wanted, and frames of them, none twice."""
        clips = count * self.options.frames * 2
        noise = self.draw_noise(subkey(key, 0), clips)
        lots = tf.random.stateless_uniform([clips * self.options.frames], subkey(key, 1))
        return noise, tf.math.top_k(lots, count).indices

    def frame_codes(self, noise: MocoganNoise, picks: tf.Tensor) -> tf.Tensor:
        """Codes [m, size] of frames int [m], counted through all clips of the noise."""
        codes = self.generator.codes(
            noise.content, self._one_hot(noise.category), noise.motion, noise.state
        )
        return tf.gather(tf.reshape(codes, [-1, codes.shape[2]]), picks)

    def videos(self, noise: MocoganNoise, training: bool) -> tf.Tensor:
        """Clips [n, T, 64, 64, 3]."""
        return self.generator(
            noise.content,
            self._one_hot(noise.category),
            noise.motion,
            noise.state,
            training=training,
        )

    def _one_hot(self, category: tf.Tensor) -> tf.Tensor:
        return tf.one_hot(category, self.options.classes, dtype=self.generator.compute_dtype)

    def update_image_critic(
        self, images: tf.Tensor, codes: tf.Tensor
    ) -> tuple[tf.Tensor, list[tf.Tensor]]:
        """Loss and gradients; `images` [m, 64, 64, 3] in [−1, 1], `codes` those of as many."""
        fakes = tf.stop_gradient(self.generator.draw(codes, training=True))
        with tf.GradientTape() as tape:
            real = self.image_critic(images, training=True)
            fake = self.image_critic(fakes, training=True)
            loss = mean_logistic_loss(real, True) + mean_logistic_loss(fake, False)
        return loss, self._descend("image_critic", tape, loss)

    def update_video_critic(
        self, videos: tf.Tensor, labels: tf.Tensor, noise: MocoganNoise
    ) -> tuple[tf.Tensor, list[tf.Tensor]]:
        """Loss and gradients; the critic also learns the categories of real clips."""
        fakes = tf.stop_gradient(self.videos(noise, training=True))
        with tf.GradientTape() as tape:
            real, categories = self.video_critic(videos, training=True)
            fake, _ = self.video_critic(fakes, training=True)
            loss = mean_logistic_loss(real, True) + mean_logistic_loss(fake, False)
            if self.options.classes:
                loss += mean_class_loss(categories, labels)
        return loss, self._descend("video_critic", tape, loss)

    def update_generator(
        self, image_noise: MocoganNoise, picks: tf.Tensor, noise: MocoganNoise
    ) -> tuple[tf.Tensor, list[tf.Tensor]]:
        """Loss and gradients; with `infogan` the critic must read the category asked for."""
        with tf.GradientTape() as tape:
            codes = self.frame_codes(image_noise, picks)
            images = self.generator.draw(codes, training=True)
            loss = mean_logistic_loss(self.image_critic(images, training=True), True)
            logits, categories = self.video_critic(self.videos(noise, training=True), training=True)
            loss += mean_logistic_loss(logits, True)
            if self.options.infogan and self.options.classes:
                loss += mean_class_loss(categories, noise.category)
        return loss, self._descend("generator", tape, loss)

    def _descend(self, name: str, tape: tf.GradientTape, loss: tf.Tensor) -> list[tf.Tensor]:
        weights = [variable.value for variable in self.networks[name].trainable_variables]
        gradients = tape.gradient(loss, weights)
        self.descend(name, gradients)
        return gradients

    def generate(
        self, seeds: Sequence[int], labels: Sequence[int] | None = None, frames: int | None = None
    ) -> np.ndarray:
        """See `AdversarialTraining.generate`; clips may be of any length."""
        options, length = self.options, frames or self.frames
        drawn = []
        for index, seed in enumerate(seeds):
            random = np.random.RandomState(seed)
            content = random.randn(options.content_size)
            own = random.randint(max(options.classes, 1))
            state = random.randn(options.motion_size)
            motion = random.randn(length, options.motion_size)
            drawn.append((content, own if labels is None else labels[index], state, motion))
        content, category, state, motion = (np.array(part) for part in zip(*drawn, strict=True))
        dtype = self.generator.compute_dtype
        noise = MocoganNoise(
            tf.constant(content, dtype),
            tf.constant(category, tf.int32),
            tf.constant(state, dtype),
            tf.constant(motion, dtype),
        )
        return self._generate(noise).numpy().astype(np.float32)

    @tf.function(reduce_retracing=True)
    def _generate(self, noise: MocoganNoise) -> tf.Tensor:
        return self.videos(noise, training=False)


def to_float(pixels: tf.Tensor) -> tf.Tensor:
    """uint8 → [−1, 1], as torchvision's ToTensor and Normalize(0.5, 0.5) do."""
    return (tf.cast(pixels, tf.float32) / 255 - 0.5) / 0.5
