"""A triangle mesh whose vertices are linear in the base mesh's: skin, eyes, teeth, lashes."""

import numpy as np
import scipy.sparse as sp

from encoder.rendered_faces.head.geometry.makehuman_files import Proxy

_UV_STEPS = 16384  # texture coordinates closer than this are the same vertex


class Surface:
    """Positions and normals from the base mesh; split where texture coordinates differ.

    Attributes:
      uv: [N, 2], of each vertex.
      triangles: int32 [T, 3].
      welded: [N], the vertex before splitting.
      matrix: sparse [W, V], positions before splitting from the base mesh's.
    """

    def __init__(
        self,
        matrix: sp.spmatrix,
        faces: np.ndarray,
        uvs: np.ndarray,
        proxy: Proxy | None = None,
    ) -> None:
        """Prepares a mesh of quads.

        Args:
          matrix: [W, V], from the base mesh's vertices to this mesh's.
          faces: [F, 4], vertices of this mesh; a triangle repeats its last corner.
          uvs: [F, 4, 2].
          proxy: whose offsets are added, scaled with the base mesh.
        """
        self.matrix = matrix.tocsr().astype(np.float32)
        self.faces = faces
        self._proxy = proxy
        triangles = np.concatenate([faces[:, [0, 1, 2]], faces[:, [0, 2, 3]]])
        corners = np.concatenate([uvs[:, [0, 1, 2]], uvs[:, [0, 2, 3]]])
        a, b, c = triangles.T
        whole = (a != b) & (b != c) & (a != c)
        triangles, corners = triangles[whole], corners[whole]
        keys = np.concatenate(
            [
                triangles.reshape(-1, 1),
                np.round(corners.reshape(-1, 2) * _UV_STEPS).astype(np.int64),
            ],
            axis=1,
        )
        unique, first, inverse = np.unique(keys, axis=0, return_index=True, return_inverse=True)
        self.welded = unique[:, 0]
        self.uv = corners.reshape(-1, 2)[first].astype(np.float32)
        self.triangles = inverse.reshape(-1, 3).astype(np.int32)
        corner_face = np.repeat(np.arange(len(faces)), 4)
        self._incidence = sp.csr_matrix(
            (np.ones(faces.size, np.float32), (faces.ravel(), corner_face)),
            shape=(self.matrix.shape[0], len(faces)),
        )
        self._is_triangle = faces[:, 2] == faces[:, 3]

    @classmethod
    def from_proxy(cls, proxy: Proxy, base_vertices: int) -> "Surface":
        """The surface of a proxy over a base mesh of so many vertices."""
        count = len(proxy.references)
        matrix = sp.csr_matrix(
            (proxy.weights.ravel(), (np.repeat(np.arange(count), 3), proxy.references.ravel())),
            shape=(count, base_vertices),
        )
        return cls(matrix, proxy.faces, proxy.uvs, proxy)

    def needed_vertices(self) -> np.ndarray:
        """The base vertices that positions depend on."""
        scales = [v for a, b, _ in (self._proxy.scales if self._proxy else ()) for v in (a, b)]
        return np.unique(np.concatenate([self.matrix.indices, np.array(scales, np.int64)]))

    def place(self, base: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Positions and unit normals [N, 3], float32, for base vertices [V, 3]."""
        points = self.matrix @ base
        if self._proxy is not None:
            factors = [
                abs(base[a, axis] - base[b, axis]) / length if length else 1.0
                for axis, (a, b, length) in enumerate(self._proxy.scales)
            ]
            points = points + self._proxy.offsets * np.array(factors, np.float32)
        corners = points[self.faces]
        one = corners[:, 2] - corners[:, 0]
        two = corners[:, 3] - corners[:, 1]
        flat = self._is_triangle
        two[flat] = corners[flat, 2] - corners[flat, 1]
        normals = self._incidence @ np.cross(one, two)
        normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)
        split = self.welded
        return points[split].astype(np.float32), normals[split].astype(np.float32)
