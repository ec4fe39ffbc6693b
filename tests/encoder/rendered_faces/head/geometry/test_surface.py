import numpy as np
import scipy.sparse as sp

from encoder.rendered_faces.head.geometry.makehuman_files import Proxy
from encoder.rendered_faces.head.geometry.surface import Surface

SQUARE = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]], np.float32)
UVS = np.array([[[0, 0], [1, 0], [1, 1], [0, 1]]], float)


def test_a_square_is_two_triangles_that_face_us():
    surface = Surface(sp.identity(4), np.array([[0, 1, 2, 3]]), UVS)

    points, normals = surface.place(SQUARE)

    assert surface.triangles.shape == (2, 3)
    np.testing.assert_allclose(normals, [[0, 0, 1]] * 4)
    np.testing.assert_allclose(points[:, :2], surface.uv)


def test_vertices_split_where_texture_coordinates_differ():
    faces = np.array([[0, 1, 2, 3], [1, 4, 5, 2]])
    seam = np.concatenate([UVS, UVS * 0.5])

    assert (
        len(Surface(sp.identity(6), faces, np.concatenate([UVS, UVS + np.array([1, 0])])).uv) == 6
    )
    assert len(Surface(sp.identity(6), faces, seam).uv) == 8


def test_a_triangle_repeats_its_last_corner():
    surface = Surface(sp.identity(3), np.array([[0, 1, 2, 2]]), UVS[:, [0, 1, 2, 2]])

    _, normals = surface.place(SQUARE[:3])

    assert surface.triangles.shape == (1, 3)
    np.testing.assert_allclose(normals, [[0, 0, 1]] * 3)


def test_a_proxy_follows_with_offsets_that_scale():
    proxy = Proxy(
        np.array([[0, 0, 0], [1, 1, 1], [2, 2, 2]]),
        np.array([[1, 0, 0]] * 3, np.float32),
        np.array([[0.1, 0, 0.2]] * 3, np.float32),
        ((0, 1, 1.0), (0, 0, 0.0), (0, 0, 0.0)),
        UVS[:, [0, 1, 2, 2]],
        np.array([[0, 1, 2, 2]]),
    )
    surface = Surface.from_proxy(proxy, 4)

    points, _ = surface.place(SQUARE * [2, 1, 1])

    np.testing.assert_allclose(points[0], [0.2, 0, 0.2])  # twice as wide: twice the offset
    assert surface.needed_vertices().tolist() == [0, 1, 2]
