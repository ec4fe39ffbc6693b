"""Clips of a trained baseline, many of them, a few a step."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from synthesis.baselines.models import Trained
from synthesis.baselines.samples import to_pixels


class WantedClip(NamedTuple):
    """A clip to make: its name, its seed, and the number of its class, where there are classes."""

    name: str
    seed: int
    label: int | None = None


def generate_clips(
    trained: Trained,
    wanted: Sequence[WantedClip],
    batch_size: int = 8,
    frames: int | None = None,
) -> Iterator[tuple[WantedClip, np.ndarray]]:
    """Yields each clip with its frames, uint8 [T, H, W, 3].

    Args:
      trained: the networks.
      wanted: what to make; all with a label, or all without: then the seed chooses the class.
      batch_size: clips a step of the network.
      frames: length of the clips, where the model leaves it open.
    """
    for first in range(0, len(wanted), batch_size):
        part = wanted[first : first + batch_size]
        labels = [clip.label for clip in part if clip.label is not None]
        videos = trained.training.generate([clip.seed for clip in part], labels or None, frames)
        yield from zip(part, to_pixels(videos), strict=True)
