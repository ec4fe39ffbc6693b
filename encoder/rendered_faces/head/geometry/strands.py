"""Strands of hair: ribbons that grow from fixed roots on the skin.

All hair is made of these: on the head, in the brows, the beard. Roots are chosen once, on the mean
head; which of them grow, how far and whereto, follows smoothly from the parameters.
"""

import dataclasses

import numpy as np
import scipy.sparse as sp

from encoder.rendered_faces.head.geometry.surface import Surface


@dataclasses.dataclass(frozen=True)
class Roots:
    """Points on the skin where strands may grow, and what is random about each.

    Attributes:
      positions: sparse [n, V], points from the base mesh's vertices.
      normals: sparse [n, N], normals from the skin's vertex normals.
      rest: [n, 3], in the units of `HeadMesh.rest`.
      random: [n, 8], from U(-1, 1).
    """

    positions: sp.csr_matrix
    normals: sp.csr_matrix
    rest: np.ndarray
    random: np.ndarray

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.rest)


@dataclasses.dataclass(frozen=True)
class Strands:
    """Ribbons, each a line of points with a width.

    Attributes:
      points: float32 [n, S, 3].
      across: float32 [n, S, 3], from the middle to the ribbon's right border.
      normals: float32 [n, S, 3], for the light.
      shade: float32 [n], brightness about 1.
    """

    points: np.ndarray
    across: np.ndarray
    normals: np.ndarray
    shade: np.ndarray


def scatter_roots(
    skin: Surface, rest: np.ndarray, density: np.ndarray, count: int, seed: int
) -> Roots:
    """Draws roots on a surface.

    Args:
      rest: [N, 3], vertices of the mean head, in the units of `HeadMesh.rest`.
      density: [N], roots an area, relative.
      count: how many to draw.
    """
    rng = np.random.default_rng(seed)
    corners = rest[skin.triangles]
    area = np.linalg.norm(
        np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1
    )
    weights = area * density[skin.triangles].mean(axis=1)
    # Stratified: evenly spaced steps through the cumulated weight, a random place in each.
    steps = (np.arange(count) + rng.random(count)) / count
    triangles = np.searchsorted(np.cumsum(weights) / weights.sum(), steps, side="right")
    triangles = rng.permutation(np.minimum(triangles, len(weights) - 1))
    a, b = rng.random((2, count))
    over = a + b > 1
    a[over], b[over] = 1 - a[over], 1 - b[over]
    barycentric = np.stack([1 - a - b, a, b], axis=1)
    vertices = skin.triangles[triangles]
    rows = np.repeat(np.arange(count), 3)
    weld = sp.csr_matrix(
        (barycentric.ravel(), (rows, skin.welded[vertices.ravel()])),
        shape=(count, skin.matrix.shape[0]),
    )
    split = sp.csr_matrix((barycentric.ravel(), (rows, vertices.ravel())), shape=(count, len(rest)))
    return Roots(
        (weld @ skin.matrix).tocsr().astype(np.float32),
        split.astype(np.float32),
        (split @ rest).astype(np.float32),
        rng.uniform(-1, 1, (count, 8)).astype(np.float32),
    )


def ribbon_sides(points: np.ndarray, outwards: np.ndarray) -> np.ndarray:
    """Unit vectors across lines of points [n, S, 3] that lie flat under `outwards` [n, S, 3]."""
    along = np.gradient(points, axis=1)
    return unit(np.cross(along, outwards))


def unit(vectors: np.ndarray) -> np.ndarray:
    """Vectors of length 1 along the last axis; zeros stay zeros."""
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)
