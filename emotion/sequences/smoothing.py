"""Smoothing of labels: flicker from frame to frame is no change of emotion (before thesis 3.6)."""

from collections.abc import Sequence

import numpy as np

from emotion.emotion import Emotion
from emotion.sequences.changes import find_runs
from stylegan_tf.errors import InputError


def smooth_labels(labels: Sequence[int], window: int = 1, minimum_dwell: int = 1) -> list[Emotion]:
    """Removes flicker from per-frame labels.

    Args:
        labels: emotion of every frame.
        window: odd number of frames; each label becomes the commonest of those around it (of
            equally common ones its own, else the lowest number). 1 leaves the labels alone.
        minimum_dwell: a run shorter than this many frames takes the emotion before it; such runs
            at the very start take the first emotion that lasts. 1 leaves the labels alone. When no
            run lasts long enough, all frames take the commonest emotion.

    Raises:
        InputError: `window` is even, or a number is less than 1.
    """
    if window < 1 or window % 2 == 0:
        raise InputError(f"the smoothing window is {window} frames; use an odd number, 1 for none")
    if minimum_dwell < 1:
        raise InputError(f"the minimum dwell is {minimum_dwell} frames; use 1 for none")
    values = np.asarray(labels, dtype=np.int64)
    if len(values) == 0:
        return []
    if window > 1:
        one_hot = np.eye(len(Emotion), dtype=np.int64)[values]
        sums = np.concatenate([np.zeros_like(one_hot[:1]), one_hot.cumsum(axis=0)])
        index = np.arange(len(values))
        first = np.maximum(index - window // 2, 0)
        last = np.minimum(index + window // 2 + 1, len(values))
        votes = 2 * (sums[last] - sums[first])
        votes[index, values] += 1  # a tie is decided for the frame's own label
        values = votes.argmax(axis=1)
    if minimum_dwell > 1:
        values = _drop_short_runs(values, minimum_dwell)
    return [Emotion(value) for value in values]


def _drop_short_runs(values: np.ndarray, minimum: int) -> np.ndarray:
    result = values.copy()
    current = None
    for run in find_runs(values):
        if run.length >= minimum:
            if current is None:
                result[: run.start] = run.emotion
            current = run.emotion
        elif current is not None:
            result[run.start : run.start + run.length] = current
    if current is None:
        result[:] = np.bincount(values).argmax()
    return result
