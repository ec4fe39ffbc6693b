import pathlib

import numpy as np
import pytest

from encoder.faces.landmarks import CLOSE_UP_DETECTION_SIZE, detect_faces
from encoder.images import read_image
from synthesis.scores.pose_scores import PoseWatch, trajectory_drift

FACE = pathlib.Path(__file__).parents[2] / "data" / "encoder" / "rendered_face.png"


def test_a_clip_follows_itself():
    face = read_image(FACE)
    clip = [face, face[:, ::-1].copy(), face, np.zeros_like(face)]
    watch = PoseWatch(iter(clip), "hog")
    assert len(list(watch)) == 4
    found = [detect_faces(frame, "hog", CLOSE_UP_DETECTION_SIZE)[0] for frame in (*clip[:3], face)]
    driver = np.stack([one.landmarks for one in found])
    scores = watch.compare(driver)
    assert scores["yaw_correlation"] == pytest.approx(1)
    assert scores["roll_correlation"] == pytest.approx(1)
    assert scores["frames_with_face"] == 0.75
    assert 0 < scores["identity_change"] < 0.6


def test_a_still_face_has_no_correlation():
    face = read_image(FACE)
    watch = PoseWatch([face] * 3, "hog")
    list(watch)
    driver = np.random.RandomState(0).rand(3, 68, 2) + detect_faces(face, "hog")[0].landmarks
    scores = watch.compare(driver)
    assert scores["yaw_correlation"] is None
    assert scores["yaw_gain"] == 0
    assert scores["identity_change"] == 0


def test_drift_is_in_units_of_random_faces():
    class Ring:
        w_avg = np.full(512, 3.0)

        def sample_z(self, seeds):
            return np.zeros((len(seeds), 512))

        def map(self, z):
            return np.full((len(z), 18, 512), 5.0)  # all at a distance of 2 √512

    latents = np.stack([np.full((18, 512), 3.0), np.full((18, 512), 9.0)])
    drift = trajectory_drift(Ring(), latents)
    assert drift == {"drift_start": 0.0, "drift_largest": pytest.approx(3)}
