"""Faces for a video from photographs and clips: embedded one by one, or as a sequence."""

import dataclasses
import os
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from encoder.coarse.files import find_encoder
from encoder.embedding.methods import ITERATIONS, METHODS, find_method
from encoder.embedding.vgg_weights import are_vgg_weights
from stylegan_tf.errors import InputError
from stylegan_tf.numbers import MAX_SEED, MAX_STEPS, check_number

if TYPE_CHECKING:
    from encoder.coarse.encoder import CoarseEncoder
    from encoder.embedding.optimizer import LatentOptimizer
    from stylegan_tf.generator import Generator

COARSE = "coarse"  # predicted by a network (thesis 4.1) instead of searched for (4.2)
EMBEDDING_METHODS = (*METHODS, COARSE)


@dataclasses.dataclass(frozen=True)
class EmbeddingOptions:
    """How faces are embedded; checked when made, before any network is there.

    Attributes:
      method: one of `EMBEDDING_METHODS`.
      iterations: steps of the search for each face.
      vgg_weights: of the search: `imagenet`, `random` or a file.
      encoder: of the method `coarse`: a file, or the name of one that ships.
      skip_fine_blocks: of the search: see `encoder.LatentOptimizer`; much faster at 1024×1024.
      seed: of random starts and weights.

    Raises:
      InputError: these do not go together, or a file is missing.
    """

    method: str = "thesis"
    iterations: int = ITERATIONS
    vgg_weights: str = "imagenet"
    encoder: str | os.PathLike | None = None
    skip_fine_blocks: bool = False
    seed: int = 0

    def __post_init__(self) -> None:
        if self.method != COARSE:
            find_method(self.method)
        check_number(self.iterations, "iterations", 0, MAX_STEPS)
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
            raise InputError(f"vgg_weights {self.vgg_weights} is not a file, imagenet or random")


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
      vgg_weights: `imagenet`, `random` or a file; not looked at by a method that compares pixels.
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


class FaceEmbedder:
    """Embeds aligned faces into the latent space of one generator, one graph for all."""

    def __init__(self, generator: "Generator", options: EmbeddingOptions) -> None:
        """Loads what the method needs."""
        self._options = options
        if options.encoder is not None:
            self._coarse = load_encoder(options.encoder, generator)
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
        (found,) = self._optimizer.optimize(
            [image],
            self._options.iterations if iterations is None else iterations,
            start=start,
            seed=self._options.seed,
            on_step=on_step,
        )
        return found.latent

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
