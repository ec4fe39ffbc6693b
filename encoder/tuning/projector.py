"""NVIDIA's projector: one W and the noise buffers of an image (Karras et al. 2020, appendix D)."""

import dataclasses
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow as tf

from encoder.embedding.latents import check_latent
from encoder.embedding.low_resolution import low_resolution_synthesis
from encoder.embedding.methods import WORKING_RESOLUTION
from encoder.embedding.perceptual import PerceptualModel
from encoder.embedding.result import Embedding
from encoder.tuning.noise_buffers import noise_regularization, normalize_noise
from encoder.tuning.options import PROJECTOR_LEARNING_RATE, PROJECTOR_STEPS
from encoder.tuning.schedule import STILL, projector_step
from encoder.tuning.targets import check_working_resolution, prepare_target
from stylegan_tf.errors import InputError
from stylegan_tf.network_difference import NetworkDifference

if TYPE_CHECKING:
    from stylegan_tf.generator import Generator

NOISE_WEIGHT = 1e5  # of the noise's regularisation
W_SAMPLES = 10_000  # from which the mean and the spread of W are taken
_BETA_1, _BETA_2, _EPSILON = 0.9, 0.999, 1e-8  # Adam's


@dataclasses.dataclass(frozen=True, eq=False)
class Projection:
    """What a search found.

    Attributes:
      embedding: the last step's W, on every layer, and the perceptual distance at each step.
      noise: the noise buffers, float32 `[1, side, side, 1]` each; empty if they were not searched.
    """

    embedding: Embedding
    noise: list[np.ndarray]


class Projector:
    """Searches for the W of images, one after the other, with one graph for all."""

    def __init__(
        self,
        generator: "Generator",
        perceptual: PerceptualModel,
        *,
        learning_rate: float = PROJECTOR_LEARNING_RATE,
        optimize_noise: bool = True,
        working_resolution: int = WORKING_RESOLUTION,
        skip_fine_blocks: bool = False,
    ) -> None:
        """Prepares the graph.

        Args:
          generator: a `stylegan_tf` generator.
          perceptual: what compares images; NVIDIA's is LPIPS.
          learning_rate: the largest of Adam's; it rises at the start and falls at the end.
          optimize_noise: search for the noise buffers too.
          working_resolution, skip_fine_blocks: see `encoder.LatentOptimizer`.

        Raises:
          InputError: a wrong argument.
        """
        check_working_resolution(working_resolution)
        if not 0 < learning_rate < np.inf:
            raise InputError(f"learning_rate must be positive, not {learning_rate}")
        self.generator = generator
        self.resolution = min(working_resolution, generator.resolution)
        self._perceptual, self._rate = perceptual, learning_rate
        self._synthesis = generator.synthesis
        if skip_fine_blocks and self.resolution < generator.resolution:
            self._synthesis = low_resolution_synthesis(generator, self.resolution)
        self._center, self._spread = w_statistics(generator)
        names = [f"noise{i}" for i in range(self._synthesis.noise_layers)] if optimize_noise else []
        variables = self._synthesis.variables_by_name
        self._sides = [int(variables[name].shape[-1]) for name in names]
        shapes = [[1, 1, generator.dlatent_size], *([1, s, s, 1] for s in self._sides)]
        self._codes = [tf.Variable(tf.zeros(shape), trainable=False) for shape in shapes]
        self._moments = [
            tuple(tf.Variable(tf.zeros(shape), trainable=False) for _ in range(2))
            for shape in shapes
        ]
        pixels = tf.zeros([1, self.resolution, self.resolution, 3])
        self._target = [
            tf.Variable(tf.zeros(feature.shape), trainable=False) for feature in perceptual(pixels)
        ]
        number = tf.TensorSpec([], tf.float32)
        self._step = tf.function(
            self._step_body,
            autograph=False,
            input_signature=[tf.TensorSpec(shapes[0], tf.float32), number, number],
        )

    def project(
        self,
        image: np.ndarray,
        steps: int = PROJECTOR_STEPS,
        *,
        start: np.ndarray | None = None,
        snapshot_steps: Sequence[int] = (),
        seed: int = 0,
        on_step: Callable[[], object] | None = None,
    ) -> Projection:
        """Searches for an image.

        Args:
          image: uint8 RGB `[S, S, 3]`; another size than the generator's is resized.
          steps: NVIDIA's are 1000.
          start: a latent `[L, 512]`, of whose layers the mean is taken; no noise is added to W,
            since it is to stay near. None for the mean W, from where W is to look around.
          snapshot_steps: steps whose latents are kept.
          seed: of the noise.
          on_step: called after each step.

        Raises:
          InputError: a wrong argument, or the search ran away.
        """
        if steps < 0:
            raise InputError(f"iterations must be 0 or more, not {steps}")
        _, small = prepare_target(image, self.generator.resolution, self.resolution)
        for variable, feature in zip(self._target, self._perceptual(small), strict=True):
            variable.assign(feature)
        code, spread = self._center, self._spread
        if start is not None:
            spread = 0.0
            size = self.generator.num_layers, "the start", self.generator.dlatent_size
            code = check_latent(start, *size).mean(axis=0)
        random = np.random.default_rng(seed)
        self._codes[0].assign(code[None, None])
        for variable in self._codes[1:]:
            variable.assign(random.standard_normal(variable.shape, np.float32))
        for moment in (moment for pair in self._moments for moment in pair):
            moment.assign(tf.zeros_like(moment))

        losses, snapshots = [], {}
        for number in range(steps + 1):
            if number in snapshot_steps:
                snapshots[number] = self._latent()
            last = number == steps
            # At the end of its ramps nothing is added and nothing moves: the result is looked at.
            plan = projector_step(number, steps, self._rate, spread) if not last else STILL
            jitter = random.standard_normal(self._codes[0].shape, np.float32) * plan.noise
            losses.append(float(self._step(jitter, plan.learning_rate, float(number + 1))))
            if not np.isfinite(losses[-1]):
                raise InputError("the loss is no longer a number; lower the learning rate")
            if on_step is not None and not last:
                on_step()
        # Losses before the end are of a W with noise on it: the last is the answer, not the lowest.
        embedding = Embedding(self._latent(), np.array(losses, np.float32), steps, snapshots)
        return Projection(embedding, [variable.numpy() for variable in self._codes[1:]])

    def embed(self, image: np.ndarray, steps: int = PROJECTOR_STEPS, **options: Any) -> Embedding:
        """As `project`; the noise buffers are in `Embedding.difference`."""
        found = self.project(image, steps, **options)
        if not found.noise:
            return found.embedding
        before = self.generator.synthesis.values()
        after = noise_values(found.noise)
        difference = NetworkDifference.between(before, after)
        return dataclasses.replace(found.embedding, difference=difference)

    def _latent(self) -> np.ndarray:
        """W+ `[L, 512]` of the present code."""
        shape = [self.generator.num_layers, self.generator.dlatent_size]
        return np.array(np.broadcast_to(self._codes[0].numpy()[0], shape))

    def _step_body(self, jitter: tf.Tensor, rate: tf.Tensor, count: tf.Tensor) -> tf.Tensor:
        """Takes one step; returns the perceptual distance before it."""
        codes = [tf.convert_to_tensor(variable) for variable in self._codes]
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(codes)
            w = tf.tile(codes[0] + jitter, [1, self._synthesis.num_layers, 1])
            images = self._synthesis(w, noise=codes[1:] or "const")
            factor = images.shape[1] // self.resolution
            if factor > 1:
                images = tf.nn.avg_pool2d(images, factor, factor, "VALID")
            distance = self._perceptual.distance(self._perceptual(images), self._target)[0]
            loss = distance + NOISE_WEIGHT * noise_regularization(codes[1:])
        gradients = tape.gradient(loss, codes, unconnected_gradients=tf.UnconnectedGradients.ZERO)
        rows = zip(self._codes, codes, gradients, self._moments, strict=True)
        for index, (variable, code, gradient, (first, second)) in enumerate(rows):
            first.assign(_BETA_1 * first + (1 - _BETA_1) * gradient)
            second.assign(_BETA_2 * second + (1 - _BETA_2) * tf.square(gradient))
            mean = first / (1 - _BETA_1**count)
            spread = second / (1 - _BETA_2**count)
            code -= rate * mean / (tf.sqrt(spread) + _EPSILON)
            variable.assign(normalize_noise(code) if index else code)
        return distance


def noise_values(noise: Sequence[np.ndarray]) -> dict[str, np.ndarray]:
    """Noise buffers under the names and shapes that the synthesis network gives them."""
    return {f"noise{i}": values.transpose(0, 3, 1, 2) for i, values in enumerate(noise)}


def w_statistics(generator: "Generator") -> tuple[np.ndarray, float]:
    """The mean W `[512]` and the root mean squared distance from it, of 10,000 samples."""
    z = np.random.RandomState(123).randn(W_SAMPLES, generator.latent_size)
    parts = [generator.map(z[i : i + 500])[:, 0] for i in range(0, W_SAMPLES, 500)]
    w = np.concatenate(parts)
    center = w.mean(axis=0)
    return center, float(np.sqrt(np.square(w - center).sum(axis=1).mean()))
