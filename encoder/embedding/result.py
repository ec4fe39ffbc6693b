"""What a search for latents finds, and the books that are kept meanwhile."""

import dataclasses

import numpy as np
from absl import logging

from stylegan_tf.errors import InputError
from stylegan_tf.network_difference import NetworkDifference

# A patient run goes on only while the loss falls by this part of itself.
_MIN_IMPROVEMENT = 1e-3


@dataclasses.dataclass(frozen=True, eq=False)
class Embedding:
    """An image's latent and how it was found."""

    latent: np.ndarray  # float32 [L, 512]: the code with the lowest loss
    losses: np.ndarray  # float32 [steps + 1]: before the first step, after it, after the second …
    best_step: int  # where in `losses` the latent is from
    snapshots: dict[int, np.ndarray]  # step → latent [L, 512] at that step
    difference: NetworkDifference | None = None  # of the tuned network that draws it, if any

    @property
    def loss(self) -> float:
        """The latent's loss."""
        return float(self.losses[self.best_step])


class BatchRun:
    """What is kept of a batch of images while their latents are searched for.

    Attributes:
      active: bool [batch_size], which images are still searched for.
    """

    def __init__(self, count: int, batch_size: int, patience: int | None) -> None:
        """Begins a run.

        Args:
          count: how many images there are; the rest of the batch repeats the last.
          batch_size: places in the batch.
          patience: an image stops after so many steps without a loss 0.1 % lower; None for never.
        """
        self._count = count
        self._patience = patience
        self.active = np.arange(batch_size) < count
        self._losses: list[list[float]] = [[] for _ in range(count)]
        self._reference = np.full(count, np.inf)
        self._waited = np.zeros(count, int)
        self._snapshots: list[dict[int, np.ndarray]] = [{} for _ in range(count)]

    def keep(self, step: int, latents: np.ndarray) -> None:
        """Keeps the latents [batch_size, L, 512] of a step, of active images."""
        for i in np.flatnonzero(self.active):
            self._snapshots[i][step] = latents[i]

    def record(self, losses: np.ndarray) -> None:
        """Takes down the losses [batch_size] of a step, and which images stop at it."""
        for i in np.flatnonzero(self.active):
            self._losses[i].append(losses[i])
            if not np.isfinite(losses[i]):
                self.active[i] = False
                logging.warning("the loss is no longer a number; lower the learning rate")
            elif losses[i] < self._reference[i] * (1 - _MIN_IMPROVEMENT):
                self._reference[i], self._waited[i] = losses[i], 0
            else:
                self._waited[i] += 1
                self.active[i] = self._patience is None or self._waited[i] < self._patience

    def embeddings(self, latents: np.ndarray) -> list[Embedding]:
        """The results, given the latents [batch_size, L, 512] of the lowest losses.

        Raises:
          InputError: the loss of an image was never a number.
        """
        result = []
        for i in range(self._count):
            losses = np.array(self._losses[i], np.float32)
            if not np.isfinite(losses[0]):
                raise InputError("the loss is not a number at the start; choose another start")
            best = int(np.nanargmin(losses))
            result.append(Embedding(latents[i], losses, best, self._snapshots[i]))
        return result
