"""A clip, a detector and a file of OpenFace's that several packages' tests share."""

import lzma
import pathlib

import imageio_ffmpeg
import numpy as np
import pytest

from encoder.clips import face_search
from encoder.faces.landmarks import Face

SIZE = 48
DATA = pathlib.Path(__file__).parent / "data"


def draw(x, happy):
    frame = np.full((192, 320, 3), 40, np.uint8)
    frame[24 : 24 + SIZE, x : x + SIZE] = (250, 250, 0) if happy else (0, 120, 250)
    return frame


@pytest.fixture(scope="session")
def square_clip(tmp_path_factory):
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


@pytest.fixture
def detect_squares(monkeypatch):
    def install(fail_at=None):
        detector = SquareDetector(fail_at)
        monkeypatch.setattr(face_search, "detect_faces", detector)
        return detector

    return install


@pytest.fixture(scope="session")
def openface_bytes():
    """A Lua Torch file with nn4.small2.v1's structure and random weights."""
    return lzma.decompress((DATA / "openface" / "openface_random.t7.xz").read_bytes())


@pytest.fixture(scope="session")
def openface_file(openface_bytes, tmp_path_factory):
    """The same, as a file."""
    path = tmp_path_factory.mktemp("openface") / "openface_random.t7"
    path.write_bytes(openface_bytes)
    return path
