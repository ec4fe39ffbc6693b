import pathlib

import numpy as np
import pytest

from encoder.faces.alignment import face_square
from encoder.faces.landmarks import detect_faces
from encoder.images import read_image
from stylegan_tf.errors import InputError
from synthesis.masks import LayerMask
from synthesis.pose.transfer import (
    alignment_jitter,
    correlation,
    head_pose,
    smooth_alignment,
    transfer_pose,
)

FACE = pathlib.Path(__file__).parents[2] / "data" / "encoder" / "rendered_face.png"


@pytest.fixture(scope="module")
def face():
    return detect_faces(read_image(FACE), "hog")[0].landmarks.astype(np.float64)


def turned(points, degrees, scale=1.0, shift=(0.0, 0.0)):
    angle = np.radians(degrees)
    rotation = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return (points - 128) @ rotation * scale + 128 + np.array(shift)


def test_pose_goes_where_the_mask_allows():
    random = np.random.RandomState(0)
    face, driver = random.randn(18, 512), random.randn(4, 18, 512)
    face, driver = face.astype(np.float32), driver.astype(np.float32)
    moved = transfer_pose(face, driver, strength=2.0)
    mask = LayerMask("pose").array(18)
    assert moved[0].tobytes() == face.tobytes()
    assert all(frame[~mask].tobytes() == face[~mask].tobytes() for frame in moved)
    expected = face + 2 * (driver[3] - driver[0])
    np.testing.assert_allclose(moved[3][mask], expected[mask], atol=1e-5)
    replayed = transfer_pose(face, driver, LayerMask("none"))
    np.testing.assert_allclose(replayed[2], face + driver[2] - driver[0], atol=1e-5)


def test_driver_of_another_network_is_refused():
    with pytest.raises(InputError, match=r"does not move a face of shape \[18, 512\]"):
        transfer_pose(np.zeros((18, 512)), np.zeros((4, 10, 512)))


def test_smoothed_crops_shake_less_and_stay_in_place(face):
    random = np.random.RandomState(1)
    clip = np.stack([turned(face, 0, 1, (k, 0)) + random.randn(2) for k in range(60)])
    smoothed = smooth_alignment(clip, fps=30)
    assert smoothed.shape == clip.shape
    assert alignment_jitter(smoothed) < alignment_jitter(clip) / 20
    for points, target in zip(smoothed[20:-20], range(20, 40), strict=True):
        centre = face_square(points).centre - face_square(face).centre
        np.testing.assert_allclose(centre, [target, 0], atol=1.2)


def test_size_is_smoothed_and_the_angle_is_the_mean(face):
    clip = np.stack([turned(face, 10 * np.sin(k), 1 + 0.1 * (k % 2)) for k in range(60)])
    squares = [face_square(points) for points in smooth_alignment(clip, fps=30)]
    sizes = [np.linalg.norm(square.half_side) for square in squares]
    own = np.linalg.norm(face_square(face).half_side)
    np.testing.assert_allclose(sizes[10:-10], own * 1.05, rtol=0.01)
    angles = [np.degrees(np.arctan2(*square.half_side[::-1])) for square in squares]
    upright = np.degrees(np.arctan2(*face_square(face).half_side[::-1]))
    assert np.ptp(angles) < 1e-3
    assert abs(angles[0] - upright) < 1


def test_without_smoothing_only_the_angle_is_fixed(face):
    clip = np.stack([turned(face, 0, 1 + 0.1 * (k % 2)) for k in range(6)])
    np.testing.assert_allclose(smooth_alignment(clip, 30, 0), clip, atol=1e-3)


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


def test_wrong_input_is_refused(face):
    with pytest.raises(InputError, match="fps is 0"):
        smooth_alignment(face[None], 0)
    with pytest.raises(InputError, match="smoothing is -1 s"):
        smooth_alignment(face[None], 30, -1)
    with pytest.raises(InputError, match="jitter needs 3 frames, not 2"):
        alignment_jitter(np.stack([face, face]))
