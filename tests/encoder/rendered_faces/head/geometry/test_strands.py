import numpy as np
import scipy.sparse as sp

from encoder.rendered_faces.head.geometry.strands import ribbon_sides, scatter_roots, unit
from encoder.rendered_faces.head.geometry.surface import Surface

UVS = np.array([[[0, 0], [1, 0], [1, 1], [0, 1]]] * 2, float)
POINTS = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0], [4, 0, 0], [4, 1, 0]], float)
FACES = np.array([[0, 1, 2, 3], [1, 4, 5, 2]])


def make_surface() -> tuple[Surface, np.ndarray]:
    surface = Surface(sp.identity(6), FACES, UVS + np.array([[[0, 0]], [[1, 0]]]))
    return surface, surface.place(POINTS.astype(np.float32))[0]


def test_roots_are_spread_by_area():
    surface, rest = make_surface()

    roots = scatter_roots(surface, rest, np.ones(len(rest)), 400, seed=0)

    assert roots.count == 400
    assert 0.72 < (roots.rest[:, 0] > 1).mean() < 0.78  # three quarters of the area
    np.testing.assert_allclose(roots.positions @ POINTS, roots.rest, atol=1e-5)
    assert np.abs(roots.random).max() <= 1


def test_no_roots_where_there_is_no_density():
    surface, rest = make_surface()

    roots = scatter_roots(surface, rest, (rest[:, 0] >= 1).astype(float), 200, seed=0)

    assert (roots.rest[:, 0] > 1).mean() > 0.8


def test_roots_are_the_same_every_time():
    surface, rest = make_surface()

    one, two = (scatter_roots(surface, rest, np.ones(len(rest)), 20, seed=3) for _ in range(2))

    np.testing.assert_array_equal(one.rest, two.rest)


def test_ribbons_lie_across_line_and_normal():
    line = np.array([[[0, 0, 0], [0, -1, 0], [0, -2, 0.0]]])
    sides = ribbon_sides(line, np.broadcast_to([0.0, 0.0, 1.0], line.shape))

    np.testing.assert_allclose(np.abs(sides), np.broadcast_to([1.0, 0, 0], line.shape))


def test_unit_keeps_zeros():
    np.testing.assert_array_equal(
        unit(np.array([[0.0, 0, 0], [0, 3, 4]])), [[0, 0, 0], [0, 0.6, 0.8]]
    )
