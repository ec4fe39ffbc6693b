import numpy as np
import pytest

from encoder.rendered_faces.head.geometry.subdivision import subdivide

CUBE = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], float)
CUBE_FACES = np.array(
    [[0, 1, 3, 2], [4, 6, 7, 5], [0, 4, 5, 1], [2, 3, 7, 6], [0, 2, 6, 4], [1, 5, 7, 3]]
)
CUBE_UVS = np.zeros((6, 4, 2))


def grid(n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A flat n × n grid of unit squares: points, faces, texture coordinates."""
    at = np.arange((n + 1) ** 2).reshape(n + 1, n + 1)
    points = np.stack([*np.divmod(at.ravel(), n + 1), 0 * at.ravel()], axis=1).astype(float)
    faces = np.stack([at[:-1, :-1], at[1:, :-1], at[1:, 1:], at[:-1, 1:]], axis=-1).reshape(-1, 4)
    return points, faces, points[faces][..., :2] / n


def test_a_cube_gets_the_points_of_catmull_and_clark():
    matrix, faces, _ = subdivide(8, CUBE_FACES, CUBE_UVS)
    points = matrix @ CUBE

    assert points.shape == (8 + 12 + 6, 3)
    assert faces.shape == (24, 4)
    # A corner of valence 3: F = 1/3, R = 2/3 of the corner; (F + 2R) / 3 = 5/9.
    np.testing.assert_allclose(points[7], 5 / 9)
    # An edge's point: (2 · 1/2 · its ends + two face points) / 4.
    edges = np.sort(np.abs(points[8:20]), axis=1)
    np.testing.assert_allclose(edges, np.tile([0, 0.75, 0.75], (12, 1)))
    np.testing.assert_allclose(np.abs(points[20:]).sum(axis=1), 1)


def test_new_points_are_means_of_old_ones():
    matrix, _, _ = subdivide(8, CUBE_FACES, CUBE_UVS)

    np.testing.assert_allclose(np.asarray(matrix.sum(axis=1)).ravel(), 1)


def test_a_flat_grid_stays_a_grid_with_half_the_squares():
    points, faces, uvs = grid(4)

    matrix, new_faces, new_uvs = subdivide(len(points), faces, uvs)
    new = matrix @ points
    sides = np.linalg.norm(new[new_faces] - new[np.roll(new_faces, -1, axis=1)], axis=-1)

    inner = (new[new_faces] > 0.6).all(axis=(1, 2), where=[True, True, False])
    inner &= (new[new_faces] < 3.4).all(axis=(1, 2))
    np.testing.assert_allclose(sides[inner], 0.5)
    assert inner.sum() == 16
    np.testing.assert_allclose(new_uvs[inner], new[new_faces][inner][..., :2] / 4)


def test_a_border_is_a_curve_of_its_own():
    points, faces, uvs = grid(3)
    lifted = points.copy()
    lifted[5, 2] = 1  # inside

    matrix, _, _ = subdivide(len(points), faces, uvs)

    border = (points[:, 0] == 0) | (points[:, 1] == 3)
    np.testing.assert_array_equal((matrix @ lifted)[: len(points)][border, 2], 0)
    # A corner moves to the mean of itself and its two border edges' middles.
    np.testing.assert_allclose((matrix @ points)[0], [0.125, 0.125, 0])


def test_an_unused_vertex_stays():
    matrix, _, _ = subdivide(9, CUBE_FACES, CUBE_UVS)

    assert (matrix @ np.r_[np.zeros(8), 5.0])[8] == pytest.approx(5.0)
