import pathlib

import numpy as np
import pytest

from encoder.images import read_image
from stylegan_tf.errors import InputError
from synthesis.scores.acd import (
    average_content_distance,
    describe_frames,
    landmark_motion,
    pair_distances,
)

FACE = pathlib.Path(__file__).parents[2] / "data" / "encoder" / "rendered_face.png"


@pytest.fixture(scope="module")
def face():
    return read_image(FACE)


def test_pairings_follow_their_definitions():
    descriptors = np.array([[0.0, 0.0], [3.0, 4.0], [3.0, 4.0], [0.0, 0.0]])
    np.testing.assert_allclose(pair_distances(descriptors, "consecutive"), [5, 0, 5])
    np.testing.assert_allclose(sorted(pair_distances(descriptors, "all")), [0, 0, 5, 5, 5, 5])


def test_frames_without_a_face_take_their_pairs_along():
    nan = np.nan
    descriptors = np.array([[0.0], [1.0], [nan], [5.0], [7.0]])
    np.testing.assert_allclose(pair_distances(descriptors, "consecutive"), [1, 2])
    assert len(pair_distances(descriptors, "all")) == 6


def test_motion_is_measured_in_eye_distances():
    landmarks = np.zeros((3, 68, 2))
    landmarks[:, 36:42] = [-5, 0]
    landmarks[:, 42:48] = [5, 0]
    landmarks += np.array([0, 1, 3])[:, None, None] * np.array([2.0, 0.0])  # by 2, then by 4
    motion, spread = landmark_motion(landmarks)
    assert motion == pytest.approx(0.3)
    assert spread == pytest.approx(np.mean([8 / 3, 2 / 3, 10 / 3]) / 10)
    landmarks[1] = np.nan
    assert np.isnan(landmark_motion(landmarks)[0])


def test_frozen_clip_scores_zero_and_does_not_move(face):
    score = average_content_distance([face] * 5, detector="hog")
    assert score.acd == 0
    assert score.landmark_motion == 0
    assert score.landmark_range == 0
    assert (score.num_frames, score.num_faces, score.num_pairs) == (5, 5, 4)
    assert (score.pairing, score.extractor, score.alignment) == ("consecutive", "dlib", "dlib-68")


def test_a_changing_face_scores_more_and_moves(face):
    flipped = face[:, ::-1]
    clip = [face, flipped, face]
    consecutive = average_content_distance(clip, detector="hog")
    every = average_content_distance(clip, "all", detector="hog")
    assert 0 < consecutive.acd < 0.6
    assert every.num_pairs == 3
    assert every.acd == pytest.approx(consecutive.acd * 2 / 3)  # one pair is the same face
    assert consecutive.landmark_motion > 0.01


def test_frames_without_faces_are_counted(face):
    empty = np.zeros_like(face)
    score = average_content_distance([face, empty, face, face], detector="hog")
    assert (score.num_frames, score.num_faces, score.num_pairs) == (4, 3, 1)
    descriptors, landmarks = describe_frames([empty, face], "hog")
    assert np.isnan(descriptors[0]).all()
    assert np.isnan(landmarks[0]).all()
    assert not np.isnan(descriptors[1]).any()


def test_wrong_input_is_refused(face):
    with pytest.raises(InputError, match="pairing 'some' is not one of consecutive, all"):
        average_content_distance([face], "some")
    with pytest.raises(InputError, match="there are no frames to score"):
        average_content_distance([])
    with pytest.raises(InputError, match="found in 1 of 2 frames; the ACD needs two consecutive"):
        average_content_distance([face, np.zeros_like(face)], detector="hog")
