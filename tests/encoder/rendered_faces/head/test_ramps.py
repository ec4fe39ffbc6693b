import numpy as np

from encoder.rendered_faces.head.ramps import bump, smoothstep


def test_smoothstep_rises_or_falls():
    np.testing.assert_allclose(smoothstep(0, 2, np.array([-1, 0, 1, 2, 3])), [0, 0, 0.5, 1, 1])
    np.testing.assert_allclose(smoothstep(2, 0, np.array([0, 1, 2])), [1, 0.5, 0])


def test_a_bump_is_one_in_the_middle():
    np.testing.assert_allclose(bump(np.array([1.0, 3.0, -1.0]), 1, 2), [1, np.exp(-1), np.exp(-1)])
