import numpy as np
import pytest

from encoder.rendered_faces.audit import (
    EYE_PLACE,
    AlignmentAudit,
    audit_alignment,
    draw_placed_face,
    place_face,
    true_eyes,
)
from encoder.rendered_faces.parameters import IDENTITY_NAMES, sample_identities
from encoder.rendered_faces.renderer import render_face


@pytest.fixture(scope="module")
def person():
    return sample_identities(1, np.random.default_rng(3))[0]


def test_eyes_are_a_unit_apart_and_move_with_the_head(person):
    vector = person.copy()
    vector[IDENTITY_NAMES.index("yaw")] = 0
    np.testing.assert_allclose(true_eyes(vector), [[-0.5, 0], [0.5, 0]], atol=1e-3)
    vector[IDENTITY_NAMES.index("yaw")] = 1
    assert true_eyes(vector)[:, 0].mean() > 0.03


def test_a_face_is_drawn_at_its_place(person):
    # 4 units on 256 pixels, the frame's corner at (100, 200).
    place = np.array([[64, 0, 228], [0, 64, 328 - 64 * 0.11]])
    picture = draw_placed_face(person, place)
    assert picture.shape == (720, 960, 3)
    frame = picture[200:456, 100:356].astype(int)
    assert np.abs(frame - render_face(person, 256)).mean() < 3


def test_places_are_within_the_picture_and_turned():
    places = np.array([place_face([0, k], 30) for k in range(200)])
    scale = np.linalg.norm(places[:, :, 0], axis=1)
    assert 260 / 4 <= scale.min() < scale.max() <= 520 / 4
    roll = np.degrees(np.arctan2(places[:, 1, 0], places[:, 0, 0]))
    assert roll.min() < -25
    assert roll.max() > 25
    assert (np.abs(roll) <= 30).all()
    assert (places[:, :, 2] > 0).all()
    np.testing.assert_array_equal(places[7], place_face([0, 7], 30))


def test_audit():
    seen = []
    plain, refined = audit_alignment(3, 10, detector="hog", on_face=lambda: seen.append(1))
    assert len(seen) == 3
    for audit in (plain, refined):
        assert audit.offsets.shape == (3, 2)
        assert (audit.distances < 0.03).all()
        assert (np.abs(audit.rolls) < 5).all()
    assert (plain.offsets != refined.offsets).all()
    assert 0.4 < EYE_PLACE[1] < EYE_PLACE[0] == 0.5


def test_a_face_that_is_not_found_is_infinitely_off():
    audit = AlignmentAudit(np.array([[0, 0.003], [np.nan, np.nan]]), np.array([0, np.nan]))
    assert audit.distances.tolist() == [0.003, np.inf]
    assert audit.share_within(0.01) == 0.5
    assert audit.share_within(0.001) == 0
