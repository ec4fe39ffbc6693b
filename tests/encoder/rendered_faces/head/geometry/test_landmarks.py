import numpy as np

from encoder.rendered_faces.head.geometry.landmarks import (
    LANDMARKS_AT_REST,
    NUM_LANDMARKS,
    landmark_vertices,
)


def test_there_are_68_in_mirrored_pairs():
    assert NUM_LANDMARKS == 68
    right_half = LANDMARKS_AT_REST[16:8:-1] * [-1, 1, 1]
    np.testing.assert_array_equal(LANDMARKS_AT_REST[:8], right_half)
    assert LANDMARKS_AT_REST[30, 2] == LANDMARKS_AT_REST[:, 2].max()  # the tip of the nose


def test_the_nearest_vertex_outside_is_chosen():
    rest = np.concatenate([LANDMARKS_AT_REST + 0.001, LANDMARKS_AT_REST])
    outside = np.arange(136) < 68

    np.testing.assert_array_equal(landmark_vertices(rest, outside), np.arange(68))
    np.testing.assert_array_equal(landmark_vertices(rest, ~outside), np.arange(68) + 68)
