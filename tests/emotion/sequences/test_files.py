import json

import pytest

from emotion import Emotion
from emotion.sequences.files import read_sequence, write_sequence
from emotion.sequences.sequence import SequenceRow, make_rows, row_emotions
from stylegan_tf.errors import InputError


@pytest.mark.parametrize("suffix", [".csv", ".json"])
def test_sequence_round_trip(tmp_path, suffix):
    path = tmp_path / f"sequence{suffix}"
    emotions = [Emotion.CALM, Emotion.SADNESS, Emotion.CALM]
    write_sequence(path, make_rows(emotions, seconds=[1, 0.5, 2]))
    assert row_emotions(read_sequence(path)) == emotions
    write_sequence(path, make_rows(emotions))
    assert row_emotions(read_sequence(path)) == emotions


def test_sequence_forms(tmp_path):
    path = tmp_path / "a.json"
    path.write_text(json.dumps(["neutral", 2, {"emotion": "sad", "strength": 2}]))
    assert row_emotions(read_sequence(path)) == [0, 2, 6]
    path = tmp_path / "b.csv"
    path.write_text("seconds,emotion\n1,Happy\n2,5\n")
    assert row_emotions(read_sequence(path)) == [2, 5]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "fear+sadness:0.5\ncalm\n"),
        ("a.csv", "emotion\nfear+sadness:0.5\nneutral\n"),
        ("a.json", '["fear+sadness:0.5", 0]'),
    ],
)
def test_mixtures_with_and_without_header(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    rows = read_sequence(tmp_path / name)
    assert rows[0] == SequenceRow({Emotion.FEAR: 1.0, Emotion.SADNESS: 0.5})
    assert row_emotions(rows) == [Emotion.FEAR, Emotion.CALM]


@pytest.mark.parametrize("suffix", [".csv", ".json"])
def test_every_column_is_read_back(tmp_path, suffix):
    path = tmp_path / f"sequence{suffix}"
    rows = [
        SequenceRow({Emotion.CALM: 1.0}, hold=0.1),
        SequenceRow({Emotion.FEAR: 1 / 3, Emotion.ANGER: 1.0}, 2.5, 0.7, 0.2),
    ]
    write_sequence(path, rows)
    assert read_sequence(path) == rows


def test_only_used_columns_are_written(tmp_path):
    write_sequence(tmp_path / "a.csv", make_rows([0, 2], [1, 0.5]))
    assert (tmp_path / "a.csv").read_text() == "emotion,seconds\ncalm,1.0\nhappiness,0.5\n"
    write_sequence(tmp_path / "b.csv", make_rows([0, 2]))
    assert (tmp_path / "b.csv").read_text() == "emotion\ncalm\nhappiness\n"


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.txt", "calm", "is a .csv or a .json file"),
        ("a.csv", "feeling\ncalm\n", "the first line names no column 'emotion'"),
        ("a.csv", "emotion\n", "holds no emotion"),
        ("a.csv", "emotion\ncalm\n7\n", "line 3: emotion 7 is not one of 0 to 6"),
        ("a.json", "{", "is not JSON"),
        ("a.json", '{"emotion": 1}', "a sequence in JSON is a list"),
        ("a.json", '[{"strength": 1}]', "row 1: the emotion is missing"),
    ],
)
def test_bad_sequence_files(tmp_path, name, text, message):
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(InputError, match=message):
        read_sequence(path)
