import numpy as np
import pytest

from emotion import Emotion
from emotion.labelling.label_files import ClipLabels, read_labels, write_labels
from stylegan_tf.errors import InputError


def make_labels(emotions, fps=10):
    count = len(emotions)
    probabilities = np.full((count, 7), 0.05, np.float32)
    probabilities[np.arange(count), emotions] = 0.7
    return ClipLabels(
        np.arange(count), np.arange(count) / fps, [Emotion(e) for e in emotions], probabilities
    )


def test_label_file_round_trip(tmp_path):
    labels = make_labels([0, 4, 6])
    write_labels(tmp_path / "clip.csv", labels)
    first = (tmp_path / "clip.csv").read_text().splitlines()[0]
    assert first == "frame,seconds,emotion,calm,anger,happiness,surprise,disgust,fear,sadness"
    read = read_labels(tmp_path / "clip.csv")
    assert read.emotions == labels.emotions
    assert read.frames.tolist() == [0, 1, 2]
    assert read.seconds == pytest.approx(labels.seconds)
    assert read.probabilities == pytest.approx(labels.probabilities)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("frame,emotion\n0,calm\n", "line 1: there is no column seconds"),
        ("", "is not a CSV file"),
        (
            "frame,seconds,emotion,calm,anger,happiness,surprise,disgust,fear,sadness\n"
            "0,0,bored,1,0,0,0,0,0,0\n",
            "unknown emotion 'bored'",
        ),
    ],
)
def test_bad_label_files(tmp_path, text, message):
    path = tmp_path / "clip.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=message):
        read_labels(path)


def test_missing_label_file(tmp_path):
    with pytest.raises(InputError, match=r"none\.csv: no such file"):
        read_labels(tmp_path / "none.csv")
