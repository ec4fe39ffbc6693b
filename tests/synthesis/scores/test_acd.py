import json
import math
import pathlib

import numpy as np
import pytest

from encoder.descriptors import DlibDescriptor, FaceDescriptor
from encoder.images import read_image
from encoder.rendered_faces.parameters import sample_identities, with_expression
from encoder.rendered_faces.renderer import render_face
from stylegan_tf.errors import InputError
from synthesis.scores.acd import (
    average_content_distance,
    landmark_motion,
    pair_distances,
    pairwise_motion,
    score_description,
)
from synthesis.scores.clip_descriptions import ClipDescription, describe_clip

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


class MadeUp(FaceDescriptor):
    """Describes nothing; scores of made-up numbers carry its names."""

    def __init__(self):
        super().__init__("made-up", "none", "by hand", 2)

    def describe(self, image, face):
        raise AssertionError


def made_clip(descriptors, x):
    """A clip of given descriptors whose landmarks move along x, its eyes 10 apart."""
    landmarks = np.zeros((len(x), 68, 2))
    landmarks[:, 36:42] = [-5, 0]
    landmarks[:, 42:48] = [5, 0]
    landmarks[:, :, 0] += np.array(x, float)[:, None]
    return ClipDescription((np.array(descriptors, float),), landmarks)


@pytest.mark.parametrize(
    ("pairing", "acd", "motion", "pairs"),
    [
        # distances 5, 0, 13; steps 1, 2, 4
        ("consecutive", 18 / 3, 7 / 3 / 10, 3),
        # distances 5, 5, √128, 0, 13, 13; steps 1, 3, 7, 2, 6, 4
        ("all", (36 + math.sqrt(128)) / 6, 23 / 6 / 10, 6),
    ],
)
def test_score_by_hand(pairing, acd, motion, pairs):
    clip = made_clip([[0, 0], [3, 4], [3, 4], [8, -8]], [0, 1, 3, 7])
    score = score_description(clip, 0, MadeUp(), pairing)
    assert score.acd == pytest.approx(acd)
    assert score.motion == pytest.approx(motion)
    assert score.acd_per_motion == pytest.approx(acd / motion)
    assert score.num_pairs == pairs
    assert score.landmark_motion == pytest.approx(7 / 3 / 10)
    assert (score.extractor, score.weights, score.alignment) == ("made-up", "none", "by hand")


def test_order_of_frames_does_not_matter_to_all_pairs():
    random = np.random.default_rng(0)
    descriptors, x = random.standard_normal((12, 2)), random.standard_normal(12) * 3
    order = random.permutation(12)
    straight = score_description(made_clip(descriptors, x), 0, MadeUp(), "all")
    shuffled = score_description(made_clip(descriptors[order], x[order]), 0, MadeUp(), "all")
    assert shuffled.acd == pytest.approx(straight.acd, rel=1e-12)
    assert shuffled.motion == pytest.approx(straight.motion, rel=1e-12)
    consecutive = [
        score_description(made_clip(descriptors[o], x[o]), 0, MadeUp()).acd
        for o in (np.arange(12), order)
    ]
    assert consecutive[0] != pytest.approx(consecutive[1], rel=1e-3)


def test_pairwise_motion_leaves_out_frames_without_a_face():
    clip = made_clip(np.zeros((4, 2)), [0, 1, 3, 7])
    clip.landmarks[1] = np.nan
    assert pairwise_motion(clip.landmarks) == pytest.approx((3 + 7 + 4) / 3 / 10)


def test_row_has_no_number_where_there_is_none(face):
    clip = made_clip([[0, 0], [np.nan, np.nan], [3, 4]], [0, 0, 0])
    clip.landmarks[1] = np.nan
    row = score_description(clip, 0, MadeUp(), "all").as_row()
    assert row["landmark_motion"] is None  # no two faces in a row
    assert row["acd_per_motion"] is None  # nothing moves
    assert row["face_share"] == pytest.approx(2 / 3)
    assert json.loads(json.dumps(row, allow_nan=False)) == row


def test_frozen_clip_scores_zero_and_does_not_move(face):
    score = average_content_distance([face] * 5, detector="hog")
    assert score.acd == 0
    assert score.motion == 0
    assert score.acd_per_motion is None
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
    assert score.face_share == 0.75
    description = describe_clip([empty, face], [DlibDescriptor()], "hog")
    (descriptors,) = description.descriptors
    assert np.isnan(descriptors[0]).all()
    assert np.isnan(description.landmarks[0]).all()
    assert not np.isnan(descriptors[1]).any()
    assert (description.num_frames, description.num_faces) == (2, 1)


def test_wrong_input_is_refused(face):
    with pytest.raises(InputError, match="pairing 'some' is not one of consecutive, all"):
        average_content_distance([face], "some")
    with pytest.raises(InputError, match="there are no frames to score"):
        average_content_distance([])
    with pytest.raises(InputError, match="found in 1 of 2 frames; the ACD needs two consecutive"):
        average_content_distance([face, np.zeros_like(face)], detector="hog")


def test_rendered_clip_of_one_person_scores_lower_than_random_identities():
    persons = sample_identities(5, np.random.default_rng(0))
    strangers = [render_face(person) for person in persons]
    strengths = (0.0, 0.4, 0.8, 0.4, 0.0)
    truth = [render_face(with_expression(persons[0], "happiness", each)) for each in strengths]
    for pairing in ("consecutive", "all"):
        different = average_content_distance(strangers, pairing, detector="hog")
        same = average_content_distance(truth, pairing, detector="hog")
        assert different.num_faces == same.num_faces == 5
        assert 0 < same.acd < 0.7 * different.acd
        assert same.motion > 0.01
