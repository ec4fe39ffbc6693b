"""Runs of equal labels, and what is left when only the changes are kept (thesis 3.6).

The sequence model reads "a sequence of integers which represent emotions that require preprocessing
to keep only emotion changes".
"""

import dataclasses
from collections.abc import Sequence

import numpy as np

from emotion.emotion import Emotion


@dataclasses.dataclass(frozen=True)
class Run:
    """`length` equal labels in a row, from index `start` on."""

    emotion: Emotion
    start: int
    length: int


def find_runs(labels: Sequence[int] | np.ndarray) -> list[Run]:
    """The runs of equal labels, in order."""
    values = np.asarray(labels, dtype=np.int64)
    if len(values) == 0:
        return []
    starts = np.concatenate([[0], np.flatnonzero(values[1:] != values[:-1]) + 1])
    lengths = np.diff(np.append(starts, len(values)))
    return [
        Run(Emotion(values[start]), int(start), int(length))
        for start, length in zip(starts, lengths, strict=True)
    ]


def keep_changes(labels: Sequence[int]) -> list[Emotion]:
    """Labels with every run of equal ones reduced to one (thesis 3.6)."""
    return [run.emotion for run in find_runs(labels)]


def timed_changes(
    labels: Sequence[int] | np.ndarray, seconds: Sequence[float] | np.ndarray
) -> tuple[list[Emotion], list[float]]:
    """The changes of a clip, and how long each emotion lasts, in seconds.

    A run lasts until the next one begins, whatever frames without a face lie between; the last one
    until the last label, and for one more mean distance between labels.
    """
    runs = find_runs(labels)
    if not runs:
        return [], []
    moments = np.asarray(seconds, np.float64)
    spacing = (moments[-1] - moments[0]) / max(len(moments) - 1, 1)
    times = [moments[run.start] for run in runs] + [moments[-1] + spacing]
    return [run.emotion for run in runs], np.diff(times).tolist()
