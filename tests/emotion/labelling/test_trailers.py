import json

import imageio_ffmpeg
import numpy as np
import pandas as pd
import pytest
from PIL import Image

from emotion import Emotion
from emotion.labelling import trailers
from encoder.clips import face_search
from encoder.clips.face_search import FaceSearch
from encoder.faces.landmarks import Face
from stylegan_tf.errors import InputError

SIZE = 48


def draw(x, happy):
    frame = np.full((192, 320, 3), 40, np.uint8)
    frame[24 : 24 + SIZE, x : x + SIZE] = (250, 250, 0) if happy else (0, 120, 250)
    return frame


@pytest.fixture(scope="module")
def video(tmp_path_factory):
    """Twelve frames: a bright square moves, changes colour at 6, and is away at 3 and 4."""
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    writer = imageio_ffmpeg.write_frames(str(path), (320, 192), fps=10, quality=9)
    writer.send(None)
    for index in range(12):
        blank = np.full((192, 320, 3), 40, np.uint8)
        writer.send(blank if index in (3, 4) else draw(20 + 2 * index, index >= 6))
    writer.close()
    return path


class SquareDetector:
    """Finds the bright square; may fail at one frame, as an interruption would."""

    def __init__(self, fail_at=None):
        self.calls = 0
        self.fail_at = fail_at

    def __call__(self, image, detector, detection_size, refine):
        if self.calls == self.fail_at:
            raise KeyboardInterrupt
        self.calls += 1
        columns = np.flatnonzero(image[48].max(axis=-1) > 100)
        if not len(columns):
            return []
        left = float(columns[0])
        points = np.zeros((68, 2), np.float32)
        points[36:42] = [left + 16, 40]
        points[42:48] = [left + 32, 40]
        points[48:] = [left + 24, 58]
        points[48, 0], points[54, 0] = left + 18, left + 30
        return [Face((left, 24.0, left + SIZE, 24.0 + SIZE), 0.9, points)]


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


@pytest.fixture
def detect(monkeypatch):
    def install(fail_at=None):
        detector = SquareDetector(fail_at)
        monkeypatch.setattr(face_search, "detect_faces", detector)
        return detector

    return install


FRAMES = [0, 1, 2, 5, 6, 7, 8, 9, 10, 11]
EMOTIONS = [0] * 4 + [2] * 6


def test_extracts_and_labels(video, detect, tmp_path):
    detect()
    count = trailers.extract_faces(video, tmp_path, FaceSearch(), size=256)
    assert count == 10
    table = trailers.read_face_table(tmp_path)
    assert table["frame"].tolist() == FRAMES
    assert table["file"].tolist()[:2] == ["000000.png", "000001.png"]
    assert table["seconds"].tolist()[3] == pytest.approx(0.5)
    assert set(table["person"]) == {0}
    with Image.open(tmp_path / "000000.png") as picture:
        assert picture.size == (256, 256)
        assert picture.mode == "RGB"
    assert not list(tmp_path.glob(".*"))
    labels = trailers.label_folder(tmp_path, ColourLabeller())
    assert labels.frames.tolist() == FRAMES
    assert labels.emotions == EMOTIONS


def test_labels_in_memory(video, detect, tmp_path):
    detect()
    journal = tmp_path / "journal.jsonl"
    labels = trailers.label_clip(video, journal, ColourLabeller(), FaceSearch())
    assert labels.frames.tolist() == FRAMES
    assert labels.emotions == EMOTIONS
    assert labels.probabilities.shape == (10, 7)


def test_goes_on_where_it_stopped(video, detect, tmp_path):
    detect()
    trailers.extract_faces(video, tmp_path / "once", FaceSearch(), size=64)
    detect(fail_at=7)
    with pytest.raises(KeyboardInterrupt):
        trailers.extract_faces(video, tmp_path / "twice", FaceSearch(), size=64)
    assert not (tmp_path / "twice" / "faces.csv").exists()
    # What a power cut leaves of a line is dropped.
    with open(tmp_path / "twice" / ".faces.jsonl", "a") as file:
        file.write('{"frame": 7, "bo')
    second = detect()
    steps = []
    trailers.extract_faces(video, tmp_path / "twice", FaceSearch(), 64, lambda: steps.append(1))
    assert second.calls == 5
    assert len(steps) == 12
    pd.testing.assert_frame_equal(
        trailers.read_face_table(tmp_path / "once"), trailers.read_face_table(tmp_path / "twice")
    )


def test_other_settings_are_refused(video, detect, tmp_path):
    detect(fail_at=3)
    with pytest.raises(KeyboardInterrupt):
        trailers.extract_faces(video, tmp_path, FaceSearch(), size=64)
    with pytest.raises(InputError, match="beginning of a run with another clip or other settings"):
        trailers.extract_faces(video, tmp_path, FaceSearch(), size=32)
    trailers.remove_faces(tmp_path)
    assert not list(tmp_path.iterdir())


def test_everyone(video, detect, tmp_path):
    detect()
    search = FaceSearch(person="all", fps=5)
    assert trailers.extract_faces(video, tmp_path, search, size=32) == 5
    assert (tmp_path / "000002_0000.png").exists()
    with pytest.raises(InputError, match="labels are of one person a frame"):
        trailers.label_clip(video, tmp_path / "j", ColourLabeller(), search)


def test_memory_holds_no_frames(video, detect, tmp_path):
    """The journal is all that grows: one short line a frame."""
    detect()
    journal = tmp_path / "journal.jsonl"
    trailers.label_clip(video, journal, ColourLabeller(), FaceSearch())
    lines = journal.read_text().splitlines()
    assert len(lines) == 13
    assert max(map(len, lines)) < 400
    assert json.loads(lines[4]) == {"frame": 3, "boxes": [], "kept": []}


def test_not_a_face_folder(tmp_path):
    with pytest.raises(InputError, match=r"has no faces\.csv: make it with tools/extract_faces"):
        trailers.label_folder(tmp_path, ColourLabeller())
    (tmp_path / "faces.csv").write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match="is not a face table: its columns are a, b"):
        trailers.label_folder(tmp_path, ColourLabeller())
