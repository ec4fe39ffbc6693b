import pathlib

import numpy as np
import pytest

from encoder.faces.alignment import face_square
from encoder.faces.landmarks import detect_faces
from encoder.images import read_image
from stylegan_tf.errors import InputError
from synthesis.pose.smoothing import alignment_jitter, smooth_alignment

FACE = pathlib.Path(__file__).parents[2] / "data" / "encoder" / "rendered_face.png"


@pytest.fixture(scope="module")
def face():
    return detect_faces(read_image(FACE), "hog")[0].landmarks.astype(np.float64)


def turned(points, degrees, scale=1.0, shift=(0.0, 0.0)):
    angle = np.radians(degrees)
    rotation = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return (points - 128) @ rotation * scale + 128 + np.array(shift)


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


def test_wrong_input_is_refused(face):
    with pytest.raises(InputError, match="fps is 0"):
        smooth_alignment(face[None], 0)
    with pytest.raises(InputError, match="smoothing is -1 s"):
        smooth_alignment(face[None], 30, -1)
    with pytest.raises(InputError, match="jitter needs 3 frames, not 2"):
        alignment_jitter(np.stack([face, face]))
