"""Fine embedding: the latent code is optimised until the generator draws the image (thesis 3.8).

Only the code changes, never the network. Several images are optimised side by side in one batch,
each with its own loss and its own optimiser state, so none depends on its neighbours.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import tensorflow as tf

from encoder.embedding.descent import Descent
from encoder.embedding.latents import check_latent
from encoder.embedding.low_resolution import low_resolution_synthesis
from encoder.embedding.methods import (
    ITERATIONS,
    MIN_RESOLUTION,
    WORKING_RESOLUTION,
    find_method,
)
from encoder.embedding.perceptual import PerceptualModel
from encoder.embedding.result import BatchRun, Embedding
from encoder.images import check_image, resize_image
from stylegan_tf.errors import InputError

if TYPE_CHECKING:
    from stylegan_tf.generator import Generator

SPACES = ("w+", "w")


class LatentOptimizer:
    """Embeds images into the latent space of one generator.

    The graph is built once, for one batch size, and serves every image that follows.
    """

    def __init__(
        self,
        generator: "Generator",
        method: str = "thesis",
        perceptual: PerceptualModel | None = None,
        *,
        space: str = "w+",
        batch_size: int = 1,
        learning_rate: float | None = None,
        working_resolution: int = WORKING_RESOLUTION,
        skip_fine_blocks: bool = False,
    ) -> None:
        """Prepares the graph.

        Args:
          generator: a `stylegan_tf` generator with a W space.
          method: a name of `encoder.embedding.methods.METHODS`.
          perceptual: the features to compare; None only for "lipton", which compares pixels.
          space: "w+" (a code for each layer) or "w" (one for all).
          batch_size: how many images are optimised at once.
          learning_rate: None for the method's own.
          working_resolution: images are compared at this side (or the generator's, if smaller),
            averaged over areas: a power of two, 16 or more.
          skip_fine_blocks: leaves out the generator's blocks above the working resolution, which
            is faster; the layers of those blocks keep their starting value. Only for generators
            of the skip architecture, whose image at any resolution is a sum over the blocks.

        Raises:
          InputError: a wrong argument.
        """
        self._method = find_method(method)
        self.method = method
        self.generator = generator
        self.batch_size = batch_size
        if space not in SPACES:
            raise InputError(f"unknown latent space {space!r}; choose one of {', '.join(SPACES)}")
        if self._method.code == "z" and space != "w+":
            raise InputError(f"the method {method} searches Z; it knows no space {space!r}")
        if batch_size < 1:
            raise InputError(f"batch_size must be 1 or more, not {batch_size}")
        if (perceptual is None) != (self._method.features is None):
            needs = "compares pixels alone, without" if perceptual is not None else "needs"
            raise InputError(f"the method {method} {needs} a perceptual model")
        if working_resolution < MIN_RESOLUTION or working_resolution & (working_resolution - 1):
            raise InputError(
                f"working_resolution must be a power of two and {MIN_RESOLUTION} or more, "
                f"not {working_resolution}"
            )
        self._perceptual = perceptual
        rate = self._method.learning_rate if learning_rate is None else learning_rate
        if not 0 < rate < np.inf:
            raise InputError(f"learning_rate must be positive, not {rate}")
        self.resolution = min(working_resolution, generator.resolution)
        self._num_layers, self._w_size = generator.num_layers, generator.dlatent_size
        self._synthesis = generator.synthesis
        if skip_fine_blocks and self.resolution < generator.resolution:
            self._synthesis = low_resolution_synthesis(generator, self.resolution)
        if self._method.code == "z":
            shape = [batch_size, generator.latent_size]
        else:
            shape = [batch_size, self._num_layers if space == "w+" else 1, self._w_size]
        self._make_variables(shape)
        self._descent = Descent(self._method.optimizer, rate, shape)
        self._step = tf.function(self._step_body, autograph=False, input_signature=[])
        self._set_target = tf.function(
            self._set_target_body,
            autograph=False,
            input_signature=[tf.TensorSpec([batch_size, self.resolution, self.resolution, 3])],
        )

    def optimize(
        self,
        images: Sequence[np.ndarray],
        iterations: int = ITERATIONS,
        *,
        start: str | np.ndarray | None = None,
        patience: int | None = None,
        snapshot_steps: Sequence[int] = (),
        seed: int = 0,
        on_step: Callable[[], object] | None = None,
    ) -> list[Embedding]:
        """Embeds images.

        Args:
          images: uint8 RGB [S, S, 3] each; other sizes than the generator's are resized.
          iterations: steps for each image (thesis 4.2: 1000).
          start: "w_avg", "zeros" or latents, [L, 512] for all or [n, L, 512]; None for the
            method's own. "lipton" starts from a random z and takes no other.
          patience: an image stops after so many steps without a loss 0.1 % lower; None for never.
          snapshot_steps: steps whose latents are kept; those never reached are left out.
          seed: of the random start and of stochastic clipping.
          on_step: called after each step of a batch.

        Raises:
          InputError: a wrong argument.
        """
        if iterations < 0:
            raise InputError(f"iterations must be 0 or more, not {iterations}")
        if patience is not None and patience < 1:
            raise InputError(f"patience must be 1 or more, not {patience}")
        targets = [self._prepare(image) for image in images]
        starts = self._starts(start, len(targets), seed)
        result = []
        for first in range(0, len(targets), self.batch_size):
            chosen = np.arange(first, min(first + self.batch_size, len(targets)))
            # A last batch that is not full repeats its last image: the graph has one batch size.
            padded = np.resize(chosen, self.batch_size)
            padded[len(chosen) :] = chosen[-1]
            self._set_target(tf.constant(np.stack([targets[i] for i in padded])))
            self._reset(np.stack([starts[i] for i in padded]), seed)
            run = BatchRun(len(chosen), self.batch_size, patience)
            for step in range(iterations + 1):
                if step in snapshot_steps:
                    run.keep(step, self._latents(self._code))
                run.record(self._step().numpy())
                if on_step is not None and step < iterations:
                    on_step()
                if not run.active.any():
                    break
                self._active.assign(run.active)
            result += run.embeddings(self._latents(self._best))
        return result

    def best_latents(self) -> np.ndarray:
        """The best latents so far of the images in work, float32 `[batch_size, L, 512]`.

        For looks at a search while it runs: from `on_step`, or from another thread.
        """
        return self._latents(self._best)

    def _make_variables(self, shape: list[int]) -> None:
        def variable(shape: Sequence[int], dtype: tf.DType = tf.float32) -> tf.Variable:
            return tf.Variable(tf.zeros(shape, dtype), trainable=False)

        batch = shape[0]
        self._code, self._best = variable(shape), variable(shape)
        self._best_loss, self._active = variable([batch]), variable([batch], tf.bool)
        self._target_pixels = variable([batch, self.resolution, self.resolution, 3])
        self._target_features, self._feature_scale = [], variable([batch])
        if self._perceptual is not None:
            shapes = [feature.shape for feature in self._perceptual(self._target_pixels)]
            self._target_features = [variable(shape) for shape in shapes]

    def _prepare(self, image: np.ndarray) -> np.ndarray:
        image = check_image(image)
        if image.shape[0] != image.shape[1]:
            raise InputError(
                f"an image to embed must be square, not {image.shape[1]}×{image.shape[0]}; align it"
            )
        side = self.generator.resolution
        image = resize_image(image, side, side).astype(np.float32) / 127.5 - 1
        factor = side // self.resolution
        return image.reshape(self.resolution, factor, self.resolution, factor, 3).mean((1, 3))

    def _starts(self, start: str | np.ndarray | None, count: int, seed: int) -> np.ndarray:
        """Codes to start from, [count, *code shape]."""
        shape = self._code.shape[1:].as_list()
        if self._method.code == "z":
            if start is not None and not (isinstance(start, str) and start == "random"):
                raise InputError(f"the method {self.method} starts from a random z only")
            z = np.random.RandomState(seed).randn(*shape).astype(np.float32)
            return np.broadcast_to(z, [count, *shape])
        start = self._method.start if start is None else start
        if isinstance(start, str):
            if start not in ("w_avg", "zeros"):
                raise InputError(f"unknown start {start!r}; give w_avg, zeros or latents")
            value = self.generator.w_avg if start == "w_avg" else np.zeros(shape[-1])
            return np.broadcast_to(value.astype(np.float32), [count, *shape])
        latents = np.asarray(start)
        latents = (
            latents if latents.ndim == 3 else np.broadcast_to(latents, [count, *latents.shape])
        )
        if len(latents) != count:
            raise InputError(f"{len(latents)} starting latents for {count} images")
        latents = np.stack(
            [check_latent(w, self._num_layers, "the start", self._w_size) for w in latents]
        )
        return latents if shape[0] > 1 else latents.mean(1, keepdims=True)

    def _reset(self, codes: np.ndarray, seed: int) -> None:
        self._code.assign(codes)
        self._best.assign(codes)
        self._descent.reset(seed)
        self._best_loss.assign(tf.fill(self._best_loss.shape, np.inf))
        self._active.assign(tf.ones_like(self._active))

    def _latents(self, codes: tf.Variable) -> np.ndarray:
        """W+ [batch, L, 512] of the codes."""
        if self._method.code == "z":
            return self.generator.map(codes.numpy())
        shape = [self.batch_size, self._num_layers, self._w_size]
        return np.array(np.broadcast_to(codes.numpy(), shape))

    # In the graph.

    def _set_target_body(self, pixels: tf.Tensor) -> None:
        self._target_pixels.assign(pixels)
        if self._perceptual is None:
            return
        features = self._perceptual(pixels)
        for variable, feature in zip(self._target_features, features, strict=True):
            variable.assign(feature)
        scale = self._method.feature_scale
        if scale is None:
            nothing = [tf.zeros_like(feature) for feature in features]
            self._feature_scale.assign(self._perceptual.distance(features, nothing) + 1e-12)
        else:
            self._feature_scale.assign(tf.fill([self.batch_size], scale))

    def _loss(self, code: tf.Tensor) -> tf.Tensor:
        """The loss of each image, [batch]."""
        w = code
        if self._method.code == "z":
            labels = tf.zeros([self.batch_size, self.generator.label_size])
            w = tf.cast(self.generator.mapping(code, labels=labels), tf.float32)
        elif code.shape[1] == 1:
            w = tf.tile(code, [1, self._num_layers, 1])
        images = self._synthesis(w[:, : self._synthesis.num_layers], noise="const")
        factor = images.shape[1] // self.resolution
        if factor > 1:
            images = tf.nn.avg_pool2d(images, factor, factor, "VALID")
        loss = tf.zeros([self.batch_size])
        if self._perceptual is not None:
            features = self._perceptual(images)
            loss += self._perceptual.distance(features, self._target_features) / self._feature_scale
        if self._method.pixel_weight:
            squares = tf.math.squared_difference(images * 127.5, self._target_pixels * 127.5)
            loss += self._method.pixel_weight * tf.reduce_mean(squares, [1, 2, 3])
        return loss

    def _step_body(self) -> tf.Tensor:
        """Takes one step; returns the losses before it."""
        code = tf.convert_to_tensor(self._code)
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(code)
            loss = self._loss(code)
        gradient = tape.gradient(loss, code)  # each image's loss depends on its own code alone
        # A loss that is not a number is never the best, and its image moves no more.
        better = self._active & (loss < self._best_loss)
        moves = self._active & tf.math.is_finite(loss)
        self._best.assign(_where(better, code, self._best))
        self._best_loss.assign(tf.where(better, loss, self._best_loss))
        self._code.assign(_where(moves, self._descent.move(code, gradient), code))
        return loss


def _where(mask: tf.Tensor, a: tf.Tensor, b: tf.Tensor) -> tf.Tensor:
    """a where the mask [batch] is true, b elsewhere; a, b [batch, …]."""
    return tf.where(tf.reshape(mask, [-1] + [1] * (len(a.shape) - 1)), a, b)
