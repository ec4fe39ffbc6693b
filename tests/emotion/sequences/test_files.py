import json

import numpy as np
import pytest

from emotion import Emotion
from emotion.sequences import files as sequences
from stylegan_tf.errors import InputError


def make_labels(emotions, fps=10):
    count = len(emotions)
    probabilities = np.full((count, 7), 0.05, np.float32)
    probabilities[np.arange(count), emotions] = 0.7
    return sequences.ClipLabels(
        np.arange(count), np.arange(count) / fps, [Emotion(e) for e in emotions], probabilities
    )


def test_changes_only():
    assert sequences.keep_changes([0, 0, 1, 1, 1, 0, 2]) == [0, 1, 0, 2]
    assert sequences.keep_changes([]) == []
    assert sequences.find_runs([0, 0, 1]) == [
        sequences.Run(Emotion.CALM, 0, 2),
        sequences.Run(Emotion.ANGER, 2, 1),
    ]


def test_majority_window():
    labels = [0, 0, 3, 0, 0, 2, 2, 2, 1]
    assert sequences.smooth_labels(labels, window=3) == [0, 0, 0, 0, 0, 2, 2, 2, 1]
    assert sequences.smooth_labels(labels) == labels
    # All different: a tie, which each frame decides for itself.
    assert sequences.smooth_labels([4, 5, 6], window=3) == [4, 5, 6]


def test_minimum_dwell():
    assert sequences.smooth_labels([3, 0, 0, 1, 0, 0, 2, 2], minimum_dwell=2) == [
        *[0] * 6,
        2,
        2,
    ]
    assert sequences.smooth_labels([1, 2, 2, 1], minimum_dwell=3) == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"window": 2}, "smoothing window is 2 frames; use an odd number"),
        ({"window": 0}, "smoothing window is 0 frames"),
        ({"minimum_dwell": 0}, "minimum dwell is 0 frames"),
    ],
)
def test_bad_smoothing(arguments, message):
    with pytest.raises(InputError, match=message):
        sequences.smooth_labels([0, 1], **arguments)


def test_transitions():
    counts = sequences.count_transitions([[0, 2, 0, 1], [0, 2]])
    assert counts[0, 2] == 2
    assert counts.sum() == 4
    shares = sequences.transition_matrix([[0, 2, 0, 1], [0, 2]])
    assert shares[0].tolist() == pytest.approx([0, 1 / 3, 2 / 3, 0, 0, 0, 0])
    assert shares[2].tolist() == [1, 0, 0, 0, 0, 0, 0]
    assert shares[5].sum() == 0


def test_timed_changes():
    labels = make_labels([0, 0, 0, 2, 2, 0])
    emotions, seconds = sequences.timed_changes(labels.emotions, labels.seconds)
    assert emotions == [0, 2, 0]
    assert seconds == pytest.approx([0.3, 0.2, 0.1])
    assert sequences.timed_changes([], []) == ([], [])
    # Frames without a face belong to the emotion before them.
    assert sequences.timed_changes([1, 2], [0, 4])[1] == pytest.approx([4, 4])


def test_summary():
    summary = sequences.summarise(make_labels([0, 0, 0, 4, 2, 2]), minimum_dwell=2)
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


def test_label_file_round_trip(tmp_path):
    labels = make_labels([0, 4, 6])
    sequences.write_labels(tmp_path / "clip.csv", labels)
    first = (tmp_path / "clip.csv").read_text().splitlines()[0]
    assert first == "frame,seconds,emotion,calm,anger,happiness,surprise,disgust,fear,sadness"
    read = sequences.read_labels(tmp_path / "clip.csv")
    assert read.emotions == labels.emotions
    assert read.frames.tolist() == [0, 1, 2]
    assert read.seconds == pytest.approx(labels.seconds)
    assert read.probabilities == pytest.approx(labels.probabilities)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("frame,emotion\n0,calm\n", "lacks the columns seconds, calm, anger"),
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
        sequences.read_labels(path)


def test_missing_label_file(tmp_path):
    with pytest.raises(InputError, match=r"none\.csv: no such file"):
        sequences.read_labels(tmp_path / "none.csv")


@pytest.mark.parametrize("suffix", [".csv", ".json"])
def test_sequence_round_trip(tmp_path, suffix):
    path = tmp_path / f"sequence{suffix}"
    emotions = [Emotion.CALM, Emotion.SADNESS, Emotion.CALM]
    sequences.write_sequence(path, emotions, seconds=[1, 0.5, 2])
    assert sequences.read_sequence(path) == emotions
    sequences.write_sequence(path, emotions)
    assert sequences.read_sequence(path) == emotions


def test_sequence_forms(tmp_path):
    path = tmp_path / "a.json"
    path.write_text(json.dumps(["neutral", 2, {"emotion": "sad", "strength": 2}]))
    assert sequences.read_sequence(path) == [0, 2, 6]
    path = tmp_path / "b.csv"
    path.write_text("seconds,emotion\n1,Happy\n2,5\n")
    assert sequences.read_sequence(path) == [2, 5]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.txt", "calm", "is a .csv or a .json file"),
        ("a.csv", "feeling\ncalm\n", "the first line names no column 'emotion'"),
        ("a.csv", "emotion\n", "holds no emotion"),
        ("a.csv", "emotion\ncalm\n7\n", "row 2: emotion 7 is not one of 0 to 6"),
        ("a.json", "{", "is not JSON"),
        ("a.json", '{"emotion": 1}', "a sequence in JSON is a list"),
        ("a.json", '[{"strength": 1}]', "row 1: unknown emotion ''"),
    ],
)
def test_bad_sequence_files(tmp_path, name, text, message):
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(InputError, match=message):
        sequences.read_sequence(path)


def test_changes_from_either_file(tmp_path):
    sequences.write_labels(tmp_path / "labels.csv", make_labels([0, 0, 3, 0, 2, 2]))
    assert sequences.read_changes(tmp_path / "labels.csv") == [0, 3, 0, 2]
    assert sequences.read_changes(tmp_path / "labels.csv", minimum_dwell=2) == [0, 2]
    sequences.write_sequence(tmp_path / "sequence.csv", [0, 0, 1])
    assert sequences.read_changes(tmp_path / "sequence.csv") == [0, 1]
