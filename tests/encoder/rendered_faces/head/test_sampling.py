import numpy as np

from encoder.rendered_faces.head.parameters import (
    NUM_PARAMETERS,
    NUM_PERSONAL,
    group_indices,
    index_of,
)
from encoder.rendered_faces.head.sampling import (
    STRONGEST,
    sample_faces,
    sample_persons,
    with_emotion,
    with_picture,
)


def test_persons_are_calm_and_look_ahead():
    vectors = sample_persons(50, np.random.default_rng(0))

    assert vectors.shape == (50, NUM_PARAMETERS)
    assert vectors.dtype == np.float32
    assert not vectors[:, NUM_PERSONAL:].any()
    assert not vectors[:, group_indices("pose")].any()
    assert np.abs(vectors).max() <= 1


def test_shapes_are_closer_to_the_middle_than_colours():
    vectors = sample_persons(2000, np.random.default_rng(0))

    assert 0.45 < vectors[:, index_of("nose_hump")].std() < 0.5
    assert 0.55 < vectors[:, index_of("melanin")].std() < 0.6


def test_faces_are_a_quarter_calm_and_a_fifth_mixed():
    vectors = sample_faces(4000, np.random.default_rng(0))
    shown = (vectors[:, NUM_PERSONAL:] > 0).sum(axis=1)

    np.testing.assert_allclose(np.bincount(shown) / 4000, [0.25, 0.55, 0.2], atol=0.03)
    assert vectors[:, NUM_PERSONAL:].max() <= STRONGEST


def test_poses_can_be_kept_small():
    vectors = sample_faces(500, np.random.default_rng(0), pose=0.3)
    pose = vectors[:, group_indices("pose")]

    assert 0.28 < np.abs(pose).max() <= 0.3
    assert 0.1 < (pose == 0).all(axis=1).mean() < 0.4


def test_an_emotion_replaces_others():
    face = sample_faces(1, np.random.default_rng(3))[0]

    angry = with_emotion(face, "anger", 0.7)
    calm = with_emotion(angry, "calm")

    assert angry[index_of("anger")] == np.float32(0.7)
    assert np.count_nonzero(angry[NUM_PERSONAL:]) == 1
    assert not calm[NUM_PERSONAL:].any()
    np.testing.assert_array_equal(angry[:NUM_PERSONAL], face[:NUM_PERSONAL])


def test_a_picture_changes_and_the_person_stays():
    person, other = sample_faces(2, np.random.default_rng(4))

    moved = with_picture(person, other)

    assert moved[index_of("yaw")] == other[index_of("yaw")]
    assert moved[index_of("key_light")] == other[index_of("key_light")]
    assert moved[index_of("nose_hump")] == person[index_of("nose_hump")]
    assert moved[index_of("hair_length")] == person[index_of("hair_length")]
