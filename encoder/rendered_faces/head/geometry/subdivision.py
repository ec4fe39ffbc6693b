"""Catmull–Clark subdivision as a sparse matrix, so that it costs one product a face."""

import numpy as np
import scipy.sparse as sp


def subdivide(
    vertices: int, faces: np.ndarray, uvs: np.ndarray
) -> tuple[sp.csr_matrix, np.ndarray, np.ndarray]:
    """One step of Catmull–Clark (Catmull and Clark 1978) on a mesh of quads.

    Args:
      vertices: how many the mesh has.
      faces: [F, 4], four different vertices each.
      uvs: [F, 4, 2], of the corners; they are subdivided linearly.

    Returns:
      The matrix [V', vertices] that makes the new positions from the old ones, the new faces
      [4F, 4] and their texture coordinates [4F, 4, 2]. New vertices are the old ones moved, then
      one an edge, then one a face.
    """
    count = len(faces)
    edge_of_corner, ends, uses = _edges(vertices, faces)
    edges = len(ends)
    corner_face = np.repeat(np.arange(count), 4)
    face_points = _matrix(corner_face, faces.ravel(), 0.25, (count, vertices))
    middles = _matrix(np.arange(edges).repeat(2), ends.ravel(), 0.5, (edges, vertices))
    edge_faces = _matrix(edge_of_corner, corner_face, 1.0, (edges, count)) @ face_points
    inner = (uses == 2).astype(float)
    edge_points = sp.diags(inner) @ (middles * 0.5 + edge_faces * 0.25) + (
        sp.diags(1 - inner) @ middles
    )
    old = _moved_vertices(vertices, faces, ends, uses, face_points, middles)
    matrix = sp.vstack([old, edge_points, face_points]).tocsr()

    edge = edge_of_corner.reshape(-1, 4) + vertices
    centre = np.arange(count) + vertices + edges
    middle_uv = uvs.mean(axis=1)
    new_faces, new_uvs = [], []
    for k in range(4):
        new_faces.append(np.stack([faces[:, k], edge[:, k], centre, edge[:, k - 1]], axis=1))
        after = (uvs[:, k] + uvs[:, (k + 1) % 4]) / 2
        before = (uvs[:, k - 1] + uvs[:, k]) / 2
        new_uvs.append(np.stack([uvs[:, k], after, middle_uv, before], axis=1))
    return (
        matrix,
        np.stack(new_faces, axis=1).reshape(-1, 4),
        np.stack(new_uvs, axis=1).reshape(-1, 4, 2),
    )


def _edges(vertices: int, faces: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The edge that starts at each corner [4F], both ends of each edge [E, 2], faces at it [E]."""
    pairs = np.sort(np.stack([faces, np.roll(faces, -1, axis=1)], axis=-1).reshape(-1, 2), axis=1)
    keys, of_corner, uses = np.unique(
        pairs[:, 0].astype(np.int64) * vertices + pairs[:, 1],
        return_inverse=True,
        return_counts=True,
    )
    return of_corner.ravel(), np.stack([keys // vertices, keys % vertices], axis=1), uses


def _moved_vertices(
    vertices: int,
    faces: np.ndarray,
    ends: np.ndarray,
    uses: np.ndarray,
    face_points: sp.spmatrix,
    middles: sp.spmatrix,
) -> sp.spmatrix:
    """Where the old vertices go: (F + 2R + (n − 3)P) / n inside, (R + P) / 2 on a border."""
    identity = sp.identity(vertices, format="csr")
    valence = np.bincount(faces.ravel(), minlength=vertices)
    corner_face = np.repeat(np.arange(len(faces)), 4)
    face_sum = _matrix(faces.ravel(), corner_face, 1.0, (vertices, len(faces))) @ face_points
    edges = np.arange(len(ends))
    at_vertex = _matrix(ends.T.ravel(), np.tile(edges, 2), 1.0, (vertices, len(ends)))
    degree = np.asarray(at_vertex.sum(axis=1)).ravel()
    n = np.maximum(valence, 1.0)
    inside = sp.diags(1 / n) @ (
        sp.diags(1 / n) @ face_sum
        + sp.diags(2 / np.maximum(degree, 1)) @ (at_vertex @ middles)
        + sp.diags(n - 3) @ identity
    )
    is_border = np.zeros(vertices, bool)
    is_border[ends[uses == 1].ravel()] = True
    border_edges = at_vertex @ sp.diags((uses == 1).astype(float))
    border_degree = np.asarray(border_edges.sum(axis=1)).ravel()
    border = 0.5 * (
        sp.diags(1 / np.maximum(border_degree, 1)) @ (border_edges @ middles) + identity
    )
    unused = valence == 0
    return (
        sp.diags(is_border.astype(float)) @ border
        + sp.diags((~is_border & ~unused).astype(float)) @ inside
        + sp.diags(unused.astype(float)) @ identity
    )


def _matrix(
    rows: np.ndarray, columns: np.ndarray, value: float, shape: tuple[int, int]
) -> sp.csr_matrix:
    return sp.csr_matrix((np.full(len(rows), value), (rows, columns)), shape=shape)
