import pathlib

import numpy as np
import pytest

from encoder.faces.landmarks import detect_faces
from encoder.images import read_image
from synthesis.scores.head_pose import correlation, head_pose

FACE = pathlib.Path(__file__).parents[2] / "data" / "encoder" / "rendered_face.png"


@pytest.fixture(scope="module")
def face():
    return detect_faces(read_image(FACE), "hog")[0].landmarks.astype(np.float64)


def turned(points, degrees, scale=1.0, shift=(0.0, 0.0)):
    angle = np.radians(degrees)
    rotation = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return (points - 128) @ rotation * scale + 128 + np.array(shift)


def test_head_pose_reads_roll_and_the_nose(face):
    yaw, roll = head_pose(np.stack([face, turned(face, 15), turned(face, 0, 2)]))
    assert roll[1] - roll[0] == pytest.approx(15, abs=1e-6)
    np.testing.assert_allclose(yaw, yaw[0], atol=1e-6)  # neither roll nor size is yaw
    looking = face.copy()
    looking[30, 0] += 10
    assert head_pose(looking[None])[0][0] > yaw[0] + 0.05


def test_correlation_leaves_out_missing_faces_and_still_heads():
    a = np.array([0.0, 1.0, np.nan, 2.0, 3.0])
    assert correlation(a, 2 * a + 1) == pytest.approx(1)
    assert correlation(a, -a) == pytest.approx(-1)
    assert correlation(a, np.ones(5)) is None
    assert correlation(a[:3], a[:3]) is None
