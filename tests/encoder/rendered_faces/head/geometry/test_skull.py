import numpy as np

from encoder.rendered_faces.head.geometry.hairline import SKULL_CENTRE
from encoder.rendered_faces.head.geometry.skull import Skull
from encoder.rendered_faces.head.geometry.strands import unit


def ball_directions(count: int = 6000) -> np.ndarray:
    return unit(np.random.default_rng(0).normal(size=(count, 3)))


def make_skull(radius: float = 1.5) -> Skull:
    """A ball; with these measures the skull's middle is SKULL_CENTRE."""
    return Skull(SKULL_CENTRE + radius * ball_directions(), np.zeros(3), 1.0, 1.0)


def test_a_ball_has_its_radius_in_all_directions():
    np.testing.assert_allclose(make_skull().radius(ball_directions(100)), 1.5, rtol=1e-6)


def test_points_within_are_pushed_out_and_others_stay():
    skull = make_skull()
    points = SKULL_CENTRE + np.array([[0, 1.0, 0], [0, 2.0, 0], [1.55, 0, 0]])

    moved, directions = skull.push_out(points, np.full(3, 0.1))

    np.testing.assert_allclose(
        moved - SKULL_CENTRE, [[0, 1.6, 0], [0, 2, 0], [1.6, 0, 0]], atol=1e-6
    )
    np.testing.assert_allclose(directions, [[0, 1, 0], [0, 1, 0], [1, 0, 0]], atol=1e-9)


def test_long_hair_leaves_the_face_free():
    skull = make_skull()
    points = np.array([[0.1, -0.5, 0.3], [-0.1, -0.5, 0.3], [0.1, -0.5, -2.5], [0.1, 1.9, 0.3]])
    side = np.sign(points[:, 0])

    long = skull.part_before_face(points, side, np.zeros(4), 1.0)
    short = skull.part_before_face(points, side, np.zeros(4), 0.0)
    fringe = skull.part_before_face(points, side, np.ones(4), 1.0)

    np.testing.assert_allclose(long[:, 0], [1.04, -1.04, 0.1, 0.1])
    np.testing.assert_allclose(short, points)
    np.testing.assert_allclose(fringe, points)
