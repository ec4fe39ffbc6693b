import numpy as np

from emotion import Emotion
from emotion.labelling.label_files import ClipLabels, write_labels
from emotion.sequences.files import write_sequence
from emotion.sequences.reading import read_changes
from emotion.sequences.sequence import make_rows


def test_changes_from_either_file(tmp_path):
    emotions = [Emotion(e) for e in (0, 0, 3, 0, 2, 2)]
    labels = ClipLabels(np.arange(6), np.arange(6) / 10, emotions, np.eye(7)[emotions])
    write_labels(tmp_path / "labels.csv", labels)
    assert read_changes(tmp_path / "labels.csv") == [0, 3, 0, 2]
    assert read_changes(tmp_path / "labels.csv", minimum_dwell=2) == [0, 2]
    write_sequence(tmp_path / "sequence.csv", make_rows([0, 0, 1]))
    assert read_changes(tmp_path / "sequence.csv") == [0, 1]
