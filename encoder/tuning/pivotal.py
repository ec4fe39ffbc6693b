"""Pivotal tuning (Roich et al. 2021): the network is changed until it draws a person's pictures.

First each picture's pivot is searched for, a W with the projector; then, with the pivots fixed, the
weights of the synthesis network are trained so that it draws the pictures at them. A generator that
never saw the person draws that person then, and directions go on working around the pivots.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import keras
import numpy as np
import tensorflow as tf

from encoder.embedding.low_resolution import low_resolution_synthesis
from encoder.embedding.methods import WORKING_RESOLUTION
from encoder.embedding.perceptual import PerceptualModel
from encoder.tuning.options import (
    LOCALITY_DISTANCE,
    PERCEPTUAL_WEIGHT,
    PIXEL_WEIGHT,
    TuningOptions,
)
from encoder.tuning.targets import check_working_resolution, prepare_target
from stylegan_tf.errors import InputError
from stylegan_tf.network_difference import NetworkDifference

if TYPE_CHECKING:
    from stylegan_tf.generator import Generator
    from stylegan_tf.networks.network import Network


class GeneratorTuner:
    """Tunes the synthesis network of one generator, again and again from the same weights."""

    def __init__(
        self,
        generator: "Generator",
        perceptual: PerceptualModel,
        options: TuningOptions = TuningOptions(),  # noqa: B008 - frozen
        *,
        working_resolution: int = WORKING_RESOLUTION,
        skip_fine_blocks: bool = False,
    ) -> None:
        """Prepares the graph.

        Args:
          generator: a `stylegan_tf` generator.
          perceptual: what compares images, beside their pixels.
          options: how the weights are trained.
          working_resolution: at this side features are compared; pixels at the generator's own.
          skip_fine_blocks: leaves the generator's blocks above the working resolution as they are;
            pixels are then compared at the working resolution too. Much faster, but blurred.

        Raises:
          InputError: a wrong argument.
        """
        check_working_resolution(working_resolution)
        self.generator, self.options = generator, options
        self._small_side = min(working_resolution, generator.resolution)
        self._perceptual = perceptual
        self._network: Network = generator.synthesis
        if skip_fine_blocks and self._small_side < generator.resolution:
            self._network = low_resolution_synthesis(generator, self._small_side)
        self._side = int(self._network.image_shape[0])
        names = {id(v): name for name, v in self._network.variables_by_name.items()}
        self._names = [names[id(v)] for v in self._network.trainable_variables]
        self._weights = [v.value for v in self._network.trainable_variables]
        self._original: Network | None = None
        if options.locality_weight:
            self._original = _copy(generator, self._side)
        self._optimizer = keras.optimizers.Adam(options.learning_rate)
        self._optimizer.build(self._network.trainable_variables)
        self._fresh = [v.numpy() for v in self._optimizer.variables]
        self._step = tf.function(self._step_body, autograph=False, reduce_retracing=True)

    def tune(
        self,
        images: Sequence[np.ndarray],
        pivots: np.ndarray,
        noise: dict[str, np.ndarray] | None = None,
        on_step: Callable[[], object] | None = None,
    ) -> tuple[NetworkDifference, np.ndarray]:
        """Trains the network to draw pictures at their pivots; the generator stays as it was.

        Args:
          images: uint8 RGB `[S, S, 3]` each, of one person.
          pivots: float32 `[n, L, 512]`.
          noise: values of noise buffers to draw with, by their names; None for the network's own.
          on_step: called after each step.

        Returns:
          What changed, the noise buffers included, and the loss at each step.

        Raises:
          InputError: a wrong argument, or the training ran away.
        """
        if len(images) != len(pivots) or not len(images):
            raise InputError(f"{len(images)} pictures do not go with {len(pivots)} pivots")
        targets = []
        for image in images:
            full, _ = prepare_target(image, self.generator.resolution, self._small_side)
            factor = self.generator.resolution // self._side
            pixels = full if factor == 1 else tf.nn.avg_pool2d(full, factor, factor, "VALID")
            targets.append((pixels, self._features(pixels)))
        base = self.generator.synthesis.values()
        variables = self._network.variables_by_name
        # A copy without fine blocks lags behind when the generator itself was changed meanwhile.
        for name, variable in variables.items():
            variable.assign((noise or {}).get(name, base[name]))
        for variable, value in zip(self._optimizer.variables, self._fresh, strict=True):
            variable.assign(value)
        random = np.random.default_rng(self.options.seed)
        losses = []
        try:
            for number in range(self.options.steps):
                index = number % len(images)
                pivot = tf.constant(pivots[index][None])
                near = tf.constant(self._near(pivots[index], random))
                losses.append(float(self._step(pivot, near, *targets[index])))
                if not np.isfinite(losses[-1]):
                    raise InputError("the loss is no longer a number; lower the learning rate")
                if on_step is not None:
                    on_step()
            after = {name: np.asarray(variable.value) for name, variable in variables.items()}
            after |= {name: value for name, value in (noise or {}).items() if name not in after}
            return NetworkDifference.between(base, after), np.array(losses, np.float32)
        finally:
            for name, variable in variables.items():
                variable.assign(base[name])

    def _near(self, pivot: np.ndarray, random: np.random.Generator) -> np.ndarray:
        """Equation 5: the pivot moved by α towards a random W, but not beyond it: `[1, L, 512]`."""
        if self._original is None:
            return pivot[None]
        z = random.standard_normal((1, self.generator.latent_size)).astype(np.float32)
        way = self.generator.map(z)[0] - pivot
        length = np.linalg.norm(way, axis=-1, keepdims=True)
        return (pivot + way * np.minimum(LOCALITY_DISTANCE / (length + 1e-8), 1.0))[None]

    def _features(self, images: tf.Tensor) -> list[tf.Tensor]:
        factor = images.shape[1] // self._small_side
        small = images if factor == 1 else tf.nn.avg_pool2d(images, factor, factor, "VALID")
        return self._perceptual(small)

    def _distance(
        self, images: tf.Tensor, pixels: tf.Tensor, features: Sequence[tf.Tensor]
    ) -> tf.Tensor:
        """Equation 4: perceptual distance and pixels."""
        perceptual = self._perceptual.distance(self._features(images), list(features))[0]
        squares = tf.reduce_mean(tf.math.squared_difference(images, pixels))
        return PERCEPTUAL_WEIGHT * perceptual + PIXEL_WEIGHT * squares

    def _step_body(
        self, pivot: tf.Tensor, near: tf.Tensor, pixels: tf.Tensor, features: list[tf.Tensor]
    ) -> tf.Tensor:
        """Takes one step; returns the loss before it."""
        layers = self._network.num_layers
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(self._weights)
            drawn = self._network(pivot[:, :layers], noise="const")
            loss = self._distance(drawn, pixels, features)
            if self._original is not None:
                kept = tf.stop_gradient(self._original(near[:, :layers], noise="const"))
                moved = self._network(near[:, :layers], noise="const")
                locality = self._distance(moved, kept, self._features(kept))
                loss += self.options.locality_weight * locality  # equations 6 and 7
        gradients = tape.gradient(loss, self._weights)
        pairs = zip(gradients, self._network.trainable_variables, strict=True)
        used = [(g if g is not None else tf.zeros_like(v.value), v) for g, v in pairs]
        self._optimizer.apply_gradients(used)
        return loss


def _copy(generator: "Generator", side: int) -> "Network":
    """The synthesis network as it is now, by itself."""
    if side < generator.resolution:
        return low_resolution_synthesis(generator, side)
    copy = type(generator)(generator.to_state())
    return copy.synthesis
