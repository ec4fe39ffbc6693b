import numpy as np
import pytest

from encoder.rendered_faces.head.parameters import (
    EMOTIONS,
    GROUPS,
    NAMES,
    NUM_PARAMETERS,
    NUM_PERSONAL,
    group_indices,
    hair_colour,
    index_of,
    read_vector,
)


def flatten(value) -> np.ndarray:
    if hasattr(value, "__dataclass_fields__"):
        value = [getattr(value, name) for name in value.__dataclass_fields__]
    if isinstance(value, list | tuple):
        return np.concatenate([flatten(v) for v in value])
    return np.array([float(value)])


def test_groups_share_out_all_entries():
    indices = np.concatenate([group_indices(group) for group in (*GROUPS, "emotion")])

    np.testing.assert_array_equal(indices, np.arange(NUM_PARAMETERS))
    assert len(set(NAMES)) == len(NAMES)


def test_an_emotion_has_its_place_after_the_person():
    assert index_of("anger") == NUM_PERSONAL
    assert index_of("sadness") == NUM_PARAMETERS - 1
    assert index_of(NAMES[3]) == 3


def test_pose_is_in_degrees():
    vector = np.zeros(NUM_PARAMETERS)
    vector[index_of("yaw")], vector[index_of("pitch")] = 1, -0.5

    pose = read_vector(vector).pose

    assert (pose.yaw, pose.pitch) == (25.0, -7.5)


def test_every_entry_does_something_and_nothing_jumps():
    # Where no entry is without effect: beards and receding hair are men's, freckles pale people's,
    # grey hair old people's.
    vector = np.full(NUM_PARAMETERS, 0.3)
    vector[[index_of("african"), index_of("asian"), index_of("iris_hue")]] = -0.4, -0.2, -0.3
    vector[index_of("age")] = 0.8
    before = flatten(read_vector(vector))
    for index in range(NUM_PARAMETERS):
        moved = vector.copy()
        moved[index] += 1e-4
        change = np.abs(flatten(read_vector(moved)) - before).max()
        assert 0 < change < 0.01, index


def test_weights_sum_to_one():
    for vector in np.random.default_rng(1).uniform(-1, 1, (20, NUM_PARAMETERS)):
        person = read_vector(vector).person
        np.testing.assert_allclose([sum(person.race), sum(person.iris)], 1)


def test_entries_beyond_their_range_are_clipped():
    far, edge = np.full(NUM_PARAMETERS, 3.0), np.ones(NUM_PARAMETERS)
    far[NUM_PERSONAL:] = edge[NUM_PERSONAL:] = -1

    np.testing.assert_array_equal(flatten(read_vector(far)), flatten(read_vector(edge)))
    assert read_vector(far).emotions == (0.0,) * len(EMOTIONS)


def test_hair_is_blond_brown_and_black():
    np.testing.assert_allclose(hair_colour(0.0, 0.0), [0.46, 0.29, 0.13])
    np.testing.assert_allclose(hair_colour(0.5, 0.0), [0.105, 0.046, 0.02])
    np.testing.assert_allclose(hair_colour(1.0, 0.0), [0.018, 0.014, 0.012])


def test_a_vector_of_another_length_is_refused():
    with pytest.raises(ValueError, match=rf"shape \({NUM_PARAMETERS},\), not \(3,\)"):
        read_vector(np.zeros(3))
