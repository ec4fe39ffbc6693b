import numpy as np
import pytest

from emotion import Emotion
from emotion.sequences.changes import Run, find_runs, keep_changes, timed_changes


def test_changes_only():
    assert keep_changes([0, 0, 1, 1, 1, 0, 2]) == [0, 1, 0, 2]
    assert keep_changes([]) == []
    assert find_runs([0, 0, 1]) == [
        Run(Emotion.CALM, 0, 2),
        Run(Emotion.ANGER, 2, 1),
    ]


def test_timed_changes():
    emotions, seconds = timed_changes([0, 0, 0, 2, 2, 0], np.arange(6) / 10)
    assert emotions == [0, 2, 0]
    assert seconds == pytest.approx([0.3, 0.2, 0.1])
    assert timed_changes([], []) == ([], [])
    # Frames without a face belong to the emotion before them.
    assert timed_changes([1, 2], [0, 4])[1] == pytest.approx([4, 4])
