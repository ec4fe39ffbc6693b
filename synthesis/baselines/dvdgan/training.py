"""DVD-GAN's training (paper, 3 and appendix A): hinge loss, two critic updates a generator's."""

import dataclasses
from collections.abc import Mapping, Sequence

import keras
import numpy as np
import tensorflow as tf

from stylegan_tf.errors import InputError
from synthesis.baselines.adversarial_training import AdversarialTraining, subkey
from synthesis.baselines.clip_batches import ClipWindow
from synthesis.baselines.dvdgan.discriminators import (
    SPATIAL_FRAMES,
    SpatialCritic,
    TemporalCritic,
)
from synthesis.baselines.dvdgan.generator import CHANNELS, CODE_SIZE, WIDTH, DvdganGenerator

GENERATOR_RATE, CRITIC_RATE = 1e-4, 5e-4  # the paper's Adam, β1 = 0
BETA_1, BETA_2 = 0.0, 0.999
CRITIC_UPDATES = 2  # for each of the generator
AVERAGE_DECAY = 0.9999  # of the weights that clips are generated with
BATCH_SIZE = 512
STEPS = 300_000  # the paper trains for 300,000 steps and more
FRAMES = 12  # or 48
CLASSES = 600  # Kinetics-600


@dataclasses.dataclass(frozen=True)
class DvdganOptions:
    """What DVD-GAN is built from; the defaults are the paper's for 64×64."""

    size: int = 64
    frames: int = FRAMES
    classes: int = CLASSES
    width: int = WIDTH
    critic_width: int = WIDTH
    code_size: int = CODE_SIZE
    batch_size: int = BATCH_SIZE
    generator_rate: float = GENERATOR_RATE
    critic_rate: float = CRITIC_RATE
    average_decay: float = AVERAGE_DECAY

    image_batch_size = 0

    def __post_init__(self) -> None:
        if self.size not in CHANNELS:
            sizes = ", ".join(map(str, CHANNELS))
            raise InputError(f"DVD-GAN's frames are {sizes} wide, not {self.size}")
        if self.frames < 4 or self.frames % 4:
            raise InputError(
                f"DVD-GAN's clips have a multiple of 4 frames, such as 12 or 48, not {self.frames}"
            )
        if self.classes < 1 or self.width < 1 or self.critic_width < 1 or self.batch_size < 1:
            raise InputError("classes, width, critic_width and batch_size must be 1 or more")

    @property
    def clips_per_step(self) -> int:
        """Real clips that a step takes: other ones for each update of the critics."""
        return CRITIC_UPDATES * self.batch_size

    @property
    def window(self) -> ClipWindow:
        """Frames in a row, from anywhere in the clip."""
        return ClipWindow(self.frames)


class DvdganTraining(AdversarialTraining):
    """Generator, its running average, spatial and temporal critic.

    A step updates both critics twice and the generator once.
    """

    def __init__(self, options: DvdganOptions) -> None:
        self.options = options
        self.frames, self.size, self.classes = options.frames, options.size, options.classes
        shape = (options.size, options.frames, options.classes, options.width, options.code_size)
        self.generator, self.average = DvdganGenerator(*shape), DvdganGenerator(*shape)
        self.average.set_weights(self.generator.get_weights())
        self.spatial = SpatialCritic(options.size, options.classes, options.critic_width)
        self.temporal = TemporalCritic(options.size, options.classes, options.critic_width)
        self.networks = {
            "generator": self.generator,
            "average": self.average,
            "spatial": self.spatial,
            "temporal": self.temporal,
        }
        self.optimizers = {}
        for name in ("generator", "spatial", "temporal"):
            rate = options.generator_rate if name == "generator" else options.critic_rate
            optimizer = keras.optimizers.Adam(rate, BETA_1, BETA_2)
            optimizer.build(self.networks[name].trainable_variables)
            self.optimizers[name] = optimizer
        self._updates_average = tf.function(self._move_average)

    def step(self, batch: Mapping[str, tf.Tensor], key: tf.Tensor) -> dict[str, tf.Tensor]:
        """The losses `spatial`, `temporal` (of the last of the critics' updates), `generator`."""
        videos = tf.cast(batch["videos"], tf.float32) / 127.5 - 1
        classes = tf.one_hot(batch["labels"], self.classes)
        count = videos.shape[0] // CRITIC_UPDATES
        losses: dict[str, tf.Tensor] = {}
        for update in range(CRITIC_UPDATES):
            part = slice(update * count, (update + 1) * count)
            drawn = self._draw(subkey(key, update), count)
            losses = self.update_critics(videos[part], classes[part], *drawn)
        drawn = self._draw(subkey(key, CRITIC_UPDATES), count)
        losses["generator"] = self.update_generator(*drawn)
        return losses

    def _draw(self, key: tf.Tensor, count: int) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """Codes [n, code], one-hot classes [n, classes] and a key for the frames to judge."""
        codes = tf.random.stateless_normal([count, self.options.code_size], subkey(key, 0))
        labels = tf.random.stateless_uniform(
            [count], subkey(key, 1), 0, self.classes, dtype=tf.int32
        )
        return codes, tf.one_hot(labels, self.classes), subkey(key, 2)

    def update_critics(
        self,
        videos: tf.Tensor,
        classes: tf.Tensor,
        codes: tf.Tensor,
        fake_classes: tf.Tensor,
        key: tf.Tensor,
    ) -> dict[str, tf.Tensor]:
        """One update of either critic; the hinge losses."""
        fakes = tf.stop_gradient(self.generator(codes, fake_classes, training=True))
        losses = {}
        for name in ("spatial", "temporal"):
            network = self.networks[name]
            with tf.GradientTape() as tape:
                real = self._judge(name, videos, classes, subkey(key, 0))
                fake = self._judge(name, fakes, fake_classes, subkey(key, 1))
                loss = tf.reduce_mean(tf.nn.relu(1 - real)) + tf.reduce_mean(tf.nn.relu(1 + fake))
            weights = [variable.value for variable in network.trainable_variables]
            self.descend(name, tape.gradient(loss, weights))
            losses[name] = loss
        return losses

    def update_generator(self, codes: tf.Tensor, classes: tf.Tensor, key: tf.Tensor) -> tf.Tensor:
        """One update of the generator; minus the mean of both critics' scores, summed."""
        with tf.GradientTape() as tape:
            fakes = self.generator(codes, classes, training=True)
            scores = self._judge("spatial", fakes, classes, key)
            scores += self._judge("temporal", fakes, classes, key)
            loss = -tf.reduce_mean(scores)
        weights = [variable.value for variable in self.generator.trainable_variables]
        self.descend("generator", tape.gradient(loss, weights))
        return loss

    def _judge(self, name: str, videos: tf.Tensor, classes: tf.Tensor, key: tf.Tensor) -> tf.Tensor:
        if name == "temporal":
            return self.temporal(videos, classes, training=True)
        frames = videos.shape[1]
        lots = tf.random.stateless_uniform([videos.shape[0], frames], key)
        picks = tf.math.top_k(lots, min(SPATIAL_FRAMES, frames)).indices
        return self.spatial(tf.gather(videos, picks, batch_dims=1), classes, training=True)

    def after_step(self, step: int) -> None:
        """Moves the running average of the generator's weights."""
        self._updates_average()

    def _move_average(self) -> None:
        decay = self.options.average_decay
        for average, variable in zip(self.average.variables, self.generator.variables, strict=True):
            if variable.trainable:
                average.assign(decay * average + (1 - decay) * variable)
            else:  # running statistics, and what normalizes the weights
                average.assign(variable)

    def generate(
        self, seeds: Sequence[int], labels: Sequence[int] | None = None, frames: int | None = None
    ) -> np.ndarray:
        """See `AdversarialTraining.generate`; clips may be of any length."""
        codes, classes = [], []
        for index, seed in enumerate(seeds):
            random = np.random.RandomState(seed)
            codes.append(random.randn(self.options.code_size))
            drawn = random.randint(self.classes)
            classes.append(drawn if labels is None else labels[index])
        codes = tf.constant(np.array(codes), tf.float32)
        hot = tf.one_hot(tf.constant(classes, tf.int32), self.classes)
        return self._generate(codes, hot, frames or self.frames).numpy().astype(np.float32)

    @tf.function(reduce_retracing=True)
    def _generate(self, codes: tf.Tensor, classes: tf.Tensor, frames: int) -> tf.Tensor:
        return self.average(codes, classes, frames=frames, training=False)
