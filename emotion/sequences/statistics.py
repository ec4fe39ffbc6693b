"""How often and how long emotions last, and what follows what (thesis 3.6)."""

from collections.abc import Iterable, Sequence

import numpy as np

from emotion.emotion import Emotion
from emotion.labelling.label_files import ClipLabels
from emotion.sequences.changes import timed_changes
from emotion.sequences.smoothing import smooth_labels


def count_transitions(sequences: Iterable[Sequence[int]]) -> np.ndarray:
    """How often each emotion follows each: int `[7, 7]`, row = from, column = to."""
    counts = np.zeros((len(Emotion), len(Emotion)), np.int64)
    for sequence in sequences:
        values = np.asarray(sequence, dtype=np.int64)
        np.add.at(counts, (values[:-1], values[1:]), 1)
    return counts


def transition_matrix(sequences: Iterable[Sequence[int]]) -> np.ndarray:
    """Share of each next emotion: float64 `[7, 7]`; rows sum to 1, or 0 if never left."""
    counts = count_transitions(sequences).astype(np.float64)
    return counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)


def summarise(labels: ClipLabels, window: int = 1, minimum_dwell: int = 1) -> dict:
    """What there is to say about a clip's labels, for a JSON file.

    Frames by emotion before smoothing; runs, their mean and longest time, the changes, and the
    counts of transitions after it.
    """
    smooth = smooth_labels(labels.emotions, window, minimum_dwell)
    emotions, seconds = timed_changes(smooth, labels.seconds)
    by_emotion = {}
    for emotion in Emotion:
        times = [time for other, time in zip(emotions, seconds, strict=True) if other == emotion]
        by_emotion[emotion.label] = {
            "frames": labels.emotions.count(emotion),
            "runs": len(times),
            "mean_seconds": round(float(np.mean(times)), 4) if times else None,
            "longest_seconds": round(max(times), 4) if times else None,
        }
    return {
        "faces": len(labels.emotions),
        "smoothing_window": window,
        "minimum_dwell": minimum_dwell,
        "emotions": by_emotion,
        "changes": [int(emotion) for emotion in emotions],
        "transitions": count_transitions([emotions]).tolist(),
    }
