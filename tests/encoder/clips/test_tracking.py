import numpy as np
import pytest

from encoder.clips.tracking import FaceTracker, overlap
from encoder.faces.landmarks import Face


def face(x, size):
    return Face((x, 0, x + size, size), 1.0, np.zeros((68, 2), np.float32))


def persons(tracked):
    return [(one.person, one.face.box[0]) for one in tracked]


def test_overlap():
    assert overlap((0, 0, 2, 2), (1, 0, 3, 2)) == pytest.approx(1 / 3)
    assert overlap((0, 0, 2, 2), (2, 0, 4, 2)) == 0


def test_follows_the_largest_at_the_start_of_the_shot():
    tracker = FaceTracker()
    assert persons(tracker.update([face(0, 50), face(100, 40)], 0, 0.0)) == [(0, 0)]
    # The other one is larger now, yet the first is followed.
    assert persons(tracker.update([face(5, 50), face(100, 60)], 0, 0.1)) == [(0, 5)]
    # Gone for less than a second: nobody; then found again.
    assert tracker.update([face(100, 60)], 0, 0.2) == []
    assert persons(tracker.update([face(8, 50), face(100, 60)], 0, 1.0)) == [(0, 8)]
    # Gone for longer: the largest there is.
    assert tracker.update([face(100, 60)], 0, 1.9) == []
    assert persons(tracker.update([face(100, 60)], 0, 2.5)) == [(1, 100)]


def test_a_cut_begins_anew():
    tracker = FaceTracker()
    tracker.update([face(0, 50)], 0, 0.0)
    assert persons(tracker.update([face(0, 50), face(100, 60)], 1, 0.1)) == [(2, 100)]


def test_largest_and_all():
    faces = [face(0, 50), face(100, 60)]
    assert persons(FaceTracker("largest").update(faces, 0, 0.0)) == [(1, 100)]
    assert persons(FaceTracker("all").update(faces, 0, 0.0)) == [(1, 100), (0, 0)]


def test_unknown_choice():
    with pytest.raises(ValueError, match="unknown choice of person 'first'"):
        FaceTracker("first")
