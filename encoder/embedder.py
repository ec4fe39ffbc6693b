"""Faces for a video from photographs and clips: embedded one by one, or as a sequence."""

import dataclasses
import os
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from encoder.coarse.files import find_encoder
from encoder.embedding.methods import ITERATIONS, METHODS, find_method
from encoder.embedding.vgg_weights import VGG_WEIGHTS, are_vgg_weights
from encoder.tuning.options import (
    FEATURES,
    PIVOT_LEARNING_RATE,
    PIVOT_STEPS,
    PROJECTOR_LEARNING_RATE,
    PROJECTOR_STEPS,
    TuningOptions,
)
from stylegan_tf.errors import InputError
from stylegan_tf.numbers import MAX_SEED, MAX_STEPS, check_number

if TYPE_CHECKING:
    from encoder.coarse.encoder import CoarseEncoder
    from encoder.embedding.optimizer import LatentOptimizer
    from encoder.embedding.result import Embedding
    from encoder.tuning.projector import Projector
    from stylegan_tf.generator import Generator
    from stylegan_tf.network_difference import NetworkDifference

COARSE = "coarse"  # predicted by a network (thesis 4.1) instead of searched for (4.2)
PROJECTOR = "projector"  # NVIDIA's (Karras et al. 2020)
PTI = "pti"  # pivotal tuning (Roich et al. 2021): the network is changed too
EMBEDDING_METHODS = (*METHODS, PROJECTOR, PTI, COARSE)


def default_iterations(method: str) -> int:
    """The steps of a method's search for a latent, unless told: its source's."""
    return {PROJECTOR: PROJECTOR_STEPS, PTI: PIVOT_STEPS}.get(method, ITERATIONS)


@dataclasses.dataclass(frozen=True)
class EmbeddingOptions:
    """How faces are embedded; checked when made, before any network is there.

    Attributes:
      method: one of `EMBEDDING_METHODS`.
      iterations: steps of the search for each face; None for the method's own number.
      vgg_weights: of the search: one of `VGG_WEIGHTS` or a file.
      encoder: of the method `coarse`: a file, or the name of one that ships.
      skip_fine_blocks: of the search: see `encoder.LatentOptimizer`; much faster at 1024×1024.
      seed: of random starts and weights.
      tuning: with `pti`, how the network is tuned.

    Raises:
      InputError: these do not go together, or a file is missing.
    """

    method: str = "thesis"
    iterations: int | None = None
    vgg_weights: str = "imagenet"
    encoder: str | os.PathLike | None = None
    skip_fine_blocks: bool = False
    seed: int = 0
    tuning: TuningOptions = TuningOptions()  # noqa: RUF009 - frozen

    @property
    def steps(self) -> int:
        """The steps of the search for each face."""
        return default_iterations(self.method) if self.iterations is None else self.iterations

    def __post_init__(self) -> None:
        if self.method not in EMBEDDING_METHODS:
            find_method(self.method)
        check_number(self.steps, "iterations", 0, MAX_STEPS)
        check_number(self.seed, "seed", 0, MAX_SEED)
        if (self.encoder is not None) != (self.method == COARSE):
            raise InputError(
                "the method coarse needs an encoder: rendered-faces, or a file of "
                "tools/train_coarse_encoder.py"
                if self.method == COARSE
                else f"the method {self.method} takes no encoder; use the method coarse"
            )
        if self.encoder is not None:
            find_encoder(self.encoder)
        if not are_vgg_weights(self.vgg_weights):
            raise InputError(
                f"vgg_weights {self.vgg_weights} is not a file, {', '.join(VGG_WEIGHTS)}"
            )


def make_optimizer(
    generator: "Generator",
    method: str,
    vgg_weights: str | os.PathLike,
    seed: int = 0,
    **options: Any,
) -> "LatentOptimizer":
    """The search of a method, with the features that it compares.

    Args:
      generator: whose latents are searched for.
      method: a name of `encoder.embedding.methods.METHODS`.
      vgg_weights: one of `VGG_WEIGHTS` or a file; not looked at by a method that compares pixels.
      seed: of random weights.
      **options: of `LatentOptimizer`.

    Raises:
      InputError: a wrong argument, or weights that cannot be had.
    """
    from encoder.embedding.optimizer import LatentOptimizer
    from encoder.embedding.perceptual import PerceptualModel

    features = find_method(method).features
    perceptual = None if features is None else PerceptualModel(features, vgg_weights, seed)
    return LatentOptimizer(generator, method, perceptual, **options)


def load_encoder(path_or_name: str | os.PathLike, generator: "Generator") -> "CoarseEncoder":
    """The coarse encoder of a file or name; raises InputError unless it is for this generator."""
    from encoder.coarse.encoder import CoarseEncoder

    return CoarseEncoder.load(path_or_name, generator.num_layers, generator.dlatent_size)


def make_projector(generator: "Generator", options: EmbeddingOptions) -> "Projector":
    """The search of the methods `projector` and `pti`, with the generator's own noise."""
    from encoder.embedding.perceptual import PerceptualModel
    from encoder.tuning.projector import Projector

    rate = PIVOT_LEARNING_RATE if options.method == PTI else PROJECTOR_LEARNING_RATE
    return Projector(
        generator,
        PerceptualModel(FEATURES, options.vgg_weights, options.seed),
        learning_rate=rate,
        optimize_noise=False,
        skip_fine_blocks=options.skip_fine_blocks,
    )


def embed_tuned(
    generator: "Generator",
    images: list[np.ndarray],
    options: EmbeddingOptions,
    on_step: Callable[[], object] | None = None,
) -> "list[Embedding]":
    """Embeds pictures of one person with a network tuned to them; the generator stays as it was.

    Args:
      generator: the network to tune.
      images: aligned faces, uint8 `[S, S, 3]` each.
      options: of the method `pti`.
      on_step: called after each step of both searches.

    Returns:
      An embedding a picture, all with one and the same `difference`.
    """
    from encoder.embedding.perceptual import PerceptualModel
    from encoder.tuning.embedder import PivotalEmbedder

    perceptual = PerceptualModel(FEATURES, options.vgg_weights, options.seed)
    embedder = PivotalEmbedder(
        generator, perceptual, options.tuning, skip_fine_blocks=options.skip_fine_blocks
    )
    return embedder.embed(images, options.steps, seed=options.seed, on_step=on_step)


def tune_generator(
    generator: "Generator",
    images: list[np.ndarray],
    pivots: np.ndarray,
    options: EmbeddingOptions,
    on_step: Callable[[], object] | None = None,
) -> "NetworkDifference":
    """What draws pictures of one person at latents that are there already; nothing is changed.

    Args:
      generator: the network to tune.
      images: aligned faces, uint8 `[S, S, 3]` each.
      pivots: float32 `[n, L, 512]`.
      options: of the method `pti`.
      on_step: called after each step.
    """
    from encoder.embedding.perceptual import PerceptualModel
    from encoder.tuning.pivotal import GeneratorTuner

    perceptual = PerceptualModel(FEATURES, options.vgg_weights, options.seed)
    tuner = GeneratorTuner(
        generator, perceptual, options.tuning, skip_fine_blocks=options.skip_fine_blocks
    )
    return tuner.tune(images, pivots, on_step=on_step)[0]


class FaceEmbedder:
    """Embeds aligned faces into the latent space of one generator, one graph for all.

    With the methods `projector` and `pti` it searches W with the generator's own noise, and leaves
    the generator as it is.
    """

    def __init__(self, generator: "Generator", options: EmbeddingOptions) -> None:
        """Loads what the method needs."""
        self._options = options
        if options.encoder is not None:
            self._coarse = load_encoder(options.encoder, generator)
            return
        self._projector: Projector | None = None
        if options.method in (PROJECTOR, PTI):
            self._projector = make_projector(generator, options)
            return
        self._optimizer = make_optimizer(
            generator,
            options.method,
            options.vgg_weights,
            options.seed,
            skip_fine_blocks=options.skip_fine_blocks,
        )

    def embed(
        self,
        image: np.ndarray,
        start: np.ndarray | None = None,
        iterations: int | None = None,
        on_step: Callable[[], object] | None = None,
    ) -> np.ndarray:
        """The latent of an aligned face: uint8 `[S, S, 3]` → float32 `[L, 512]`.

        Args:
          image: the face.
          start: a latent to search from; None for the method's own start.
          iterations: None for the options' number.
          on_step: called after each step of the search.
        """
        if self._options.method == COARSE:
            return self._coarse.encode([image])[0]
        steps = self._options.steps if iterations is None else iterations
        if self._projector is not None:
            return self._projector.embed(
                image, steps, start=start, seed=self._options.seed, on_step=on_step
            ).latent
        (found,) = self._optimizer.optimize(
            [image],
            steps,
            start=start,
            seed=self._options.seed,
            on_step=on_step,
        )
        return found.latent

    def best_latent(self) -> np.ndarray:
        """The best latent so far of the search that is running, float32 `[L, 512]`.

        Raises:
          InputError: the method is no search.
        """
        if self._options.method == COARSE:
            raise InputError("the method coarse predicts at once; there is nothing on the way")
        return self._optimizer.best_latents()[0]

    def embed_sequence(
        self, images: Iterable[np.ndarray], frame_iterations: int
    ) -> Iterator[np.ndarray]:
        """The latents of consecutive frames, each searched for from the one before.

        The first takes the options' iterations, the others `frame_iterations`: neighbours are
        alike, and a search from a neighbour stays near it, which keeps the sequence smooth.
        """
        latent = None
        for image in images:
            if latent is None:
                latent = self.embed(image)
            else:
                start = None if self._options.method == "lipton" else latent
                latent = self.embed(image, start, frame_iterations)
            yield latent
