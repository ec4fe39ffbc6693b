import json

import numpy as np
import pytest

from emotion import Emotion
from emotion.labelling.clip_labelling import label_clip, label_folder
from encoder.clips.extraction import extract_faces
from encoder.clips.face_search import FaceSearch
from stylegan_tf.errors import InputError


class ColourLabeller:
    name = "colour"

    def predict(self, faces):
        emotions = [
            Emotion.HAPPINESS if face[60:90, 60:90, 2].mean() < 90 else Emotion.CALM
            for face in faces
        ]
        return emotions, np.eye(7, dtype=np.float32)[emotions]

    def decide(self, probabilities):
        return [Emotion(index) for index in probabilities.argmax(axis=1)]


FRAMES = [0, 1, 2, 5, 6, 7, 8, 9, 10, 11]
EMOTIONS = [0] * 4 + [2] * 6


def test_labels_extracted_faces(square_clip, detect_squares, tmp_path):
    detect_squares()
    extract_faces(square_clip, tmp_path, FaceSearch(), size=256)
    labels = label_folder(tmp_path, ColourLabeller())
    assert labels.frames.tolist() == FRAMES
    assert labels.emotions == EMOTIONS


def test_labels_in_memory(square_clip, detect_squares, tmp_path):
    detect_squares()
    journal = tmp_path / "journal.jsonl"
    labels = label_clip(square_clip, journal, ColourLabeller(), FaceSearch())
    assert labels.frames.tolist() == FRAMES
    assert labels.emotions == EMOTIONS
    assert labels.probabilities.shape == (10, 7)


def test_everyone_is_refused(square_clip, tmp_path):
    search = FaceSearch(person="all", fps=5)
    with pytest.raises(InputError, match="labels are of one person a frame"):
        label_clip(square_clip, tmp_path / "j", ColourLabeller(), search)


def test_memory_holds_no_frames(square_clip, detect_squares, tmp_path):
    """The journal is all that grows: one short line a frame."""
    detect_squares()
    journal = tmp_path / "journal.jsonl"
    label_clip(square_clip, journal, ColourLabeller(), FaceSearch())
    lines = journal.read_text().splitlines()
    assert len(lines) == 13
    assert max(map(len, lines)) < 400
    assert json.loads(lines[4]) == {"frame": 3, "boxes": [], "kept": []}


def test_not_a_face_folder(tmp_path):
    with pytest.raises(InputError, match=r"has no faces\.csv: make it with tools/extract_faces"):
        label_folder(tmp_path, ColourLabeller())
    (tmp_path / "faces.csv").write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match="line 1: there is no column frame; its columns are a, b"):
        label_folder(tmp_path, ColourLabeller())
