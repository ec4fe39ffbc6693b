import numpy as np
import pytest

from emotion import Emotion
from emotion.labelling.label_files import ClipLabels
from emotion.sequences.statistics import count_transitions, summarise, transition_matrix


def make_labels(emotions, fps=10):
    count = len(emotions)
    probabilities = np.full((count, 7), 0.05, np.float32)
    probabilities[np.arange(count), emotions] = 0.7
    return ClipLabels(
        np.arange(count), np.arange(count) / fps, [Emotion(e) for e in emotions], probabilities
    )


def test_transitions():
    counts = count_transitions([[0, 2, 0, 1], [0, 2]])
    assert counts[0, 2] == 2
    assert counts.sum() == 4
    shares = transition_matrix([[0, 2, 0, 1], [0, 2]])
    assert shares[0].tolist() == pytest.approx([0, 1 / 3, 2 / 3, 0, 0, 0, 0])
    assert shares[2].tolist() == [1, 0, 0, 0, 0, 0, 0]
    assert shares[5].sum() == 0


def test_summary():
    summary = summarise(make_labels([0, 0, 0, 4, 2, 2]), minimum_dwell=2)
    assert summary["faces"] == 6
    assert summary["changes"] == [0, 2]
    assert summary["emotions"]["calm"] == {
        "frames": 3,
        "runs": 1,
        "mean_seconds": 0.4,
        "longest_seconds": 0.4,
    }
    assert summary["emotions"]["disgust"]["frames"] == 1
    assert summary["emotions"]["disgust"]["mean_seconds"] is None
    assert summary["transitions"][0][2] == 1
