"""How long embedding takes, and whether that or its memory grows from image to image."""

import dataclasses
import resource
import sys
import time
from collections.abc import Callable, Iterable

import numpy as np

from encoder.embedding.optimizer import LatentOptimizer

_UNIT = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss, in bytes


@dataclasses.dataclass(frozen=True)
class EmbeddingTiming:
    """What each image cost, in order: float64 [n] each.

    Attributes:
      wall_seconds: by the clock.
      processor_seconds: of all cores together, which other programs disturb less.
      peak_bytes: the most memory that the process had held when the image was done.
    """

    wall_seconds: np.ndarray
    processor_seconds: np.ndarray
    peak_bytes: np.ndarray

    def slowdown(self, count: int) -> float:
        """Median processor time of the last `count` images over that of the first."""
        return float(
            np.median(self.processor_seconds[-count:]) / np.median(self.processor_seconds[:count])
        )

    @property
    def growth_bytes(self) -> int:
        """How much the peak of memory rose after the first image."""
        return int(self.peak_bytes[-1] - self.peak_bytes[0])


def time_embedding(
    optimizer: LatentOptimizer,
    images: Iterable[np.ndarray],
    iterations: int,
    on_image: Callable[[], object] | None = None,
) -> EmbeddingTiming:
    """Embeds images one after the other, each on its own.

    Args:
      optimizer: its batch size is best 1. What it traces at its first image counts there.
      images: uint8 RGB [S, S, 3] each; reading them is not timed.
      iterations: steps for each.
      on_image: called after each image.
    """
    rows = []
    for image in images:
        wall, processor = time.perf_counter(), time.process_time()
        optimizer.optimize([image], iterations)
        wall, processor = time.perf_counter() - wall, time.process_time() - processor
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _UNIT
        rows.append((wall, processor, peak))
        if on_image is not None:
            on_image()
    return EmbeddingTiming(*np.array(rows, np.float64).T)
