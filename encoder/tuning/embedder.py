"""Pictures → pivots and the tuned network that draws them: projector and tuning in one."""

import dataclasses
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from encoder.embedding.methods import WORKING_RESOLUTION
from encoder.embedding.perceptual import PerceptualModel
from encoder.embedding.result import Embedding
from encoder.tuning.options import PIVOT_LEARNING_RATE, PIVOT_STEPS, TuningOptions
from encoder.tuning.pivotal import GeneratorTuner
from encoder.tuning.projector import Projector, noise_values

if TYPE_CHECKING:
    from stylegan_tf.generator import Generator


class PivotalEmbedder:
    """Embeds pictures with a network tuned to them."""

    def __init__(
        self,
        generator: "Generator",
        perceptual: PerceptualModel,
        options: TuningOptions = TuningOptions(),  # noqa: B008 - frozen
        *,
        learning_rate: float = PIVOT_LEARNING_RATE,
        working_resolution: int = WORKING_RESOLUTION,
        skip_fine_blocks: bool = False,
    ) -> None:
        """Prepares both searches; for the arguments see `Projector` and `GeneratorTuner`."""
        self._projector = Projector(
            generator,
            perceptual,
            learning_rate=learning_rate,
            working_resolution=working_resolution,
            skip_fine_blocks=skip_fine_blocks,
        )
        self._tuner = GeneratorTuner(
            generator,
            perceptual,
            options,
            working_resolution=working_resolution,
            skip_fine_blocks=skip_fine_blocks,
        )

    def embed(
        self,
        images: Sequence[np.ndarray],
        pivot_steps: int = PIVOT_STEPS,
        *,
        starts: Sequence[np.ndarray | None] | None = None,
        snapshot_steps: Sequence[int] = (),
        seed: int = 0,
        on_step: Callable[[], object] | None = None,
    ) -> list[Embedding]:
        """Embeds pictures of one person; one network is tuned for all of them.

        The noise buffers found with the pivot of a single picture stay in the tuned network; for
        several pictures it keeps its own.

        Args:
          images: uint8 RGB `[S, S, 3]` each.
          pivot_steps: of the projector, for each picture.
          starts: for each picture a latent to search from; None for the mean W.
          snapshot_steps, seed: see `Projector.project`.
          on_step: called after each step of both searches.

        Returns:
          An embedding a picture, all with the same `difference`. Its losses are those of the
          search for the pivot and then, of one picture, those of tuning.
        """
        found = [
            self._projector.project(
                image,
                pivot_steps,
                start=start,
                snapshot_steps=snapshot_steps,
                seed=seed,
                on_step=on_step,
            )
            for image, start in zip(images, starts or [None] * len(images), strict=True)
        ]
        pivots = np.stack([one.embedding.latent for one in found])
        noise = noise_values(found[0].noise) if len(found) == 1 else None
        difference, losses = self._tuner.tune(images, pivots, noise, on_step)
        return [
            dataclasses.replace(
                one.embedding,
                losses=np.concatenate([one.embedding.losses, losses[i :: len(found)]]),
                difference=difference,
            )
            for i, one in enumerate(found)
        ]
