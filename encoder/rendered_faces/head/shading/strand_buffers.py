"""Strands of hair on the GPU: ribbons of triangles, near ones first."""

import moderngl
import numpy as np

from encoder.rendered_faces.head.geometry.framing import CAMERA_DISTANCE
from encoder.rendered_faces.head.geometry.strands import Strands, unit

_FLOATS = 14  # position, normal, along, uv, look
_PADDING = 4 * (_FLOATS - 3)
_LAYOUT = "3f 3f 3f 2f 3f"
_NAMES = ("position", "normal", "along", "uv", "look")
_MAX_VERTICES, _MAX_INDICES = 120_000, 360_000


class StrandBuffers:
    """Buffers of all strands of a face; they are filled anew for each."""

    def __init__(self, context: moderngl.Context, programs: dict[str, moderngl.Program]) -> None:
        """Reserves the memory."""
        self._vertices = context.buffer(reserve=4 * _FLOATS * _MAX_VERTICES, dynamic=True)
        self._light = context.buffer(reserve=16 * _MAX_VERTICES)
        self._near_first = context.buffer(reserve=4 * _MAX_INDICES, dynamic=True)
        self._shuffled = context.buffer(reserve=4 * _MAX_INDICES, dynamic=True)
        self._count = self._index_count = self._caster_count = 0
        self._lighting = context.vertex_array(
            programs["vertex_light"],
            [(self._vertices, f"3f 3f {_PADDING - 12}x1", "position", "normal")],
        )
        self._depth = context.vertex_array(
            programs["depth"], [(self._vertices, f"3f {_PADDING}x1", "position")], self._shuffled
        )
        self._arrays = {}
        for name in ("strands", "strand_label"):
            compiled = programs[name]
            sizes = dict(zip(_NAMES, (3, 3, 3, 2, 3), strict=True))
            layout = " ".join(
                f"{sizes[n]}f" if n in compiled else f"{4 * sizes[n]}x1" for n in _NAMES
            )
            used = [n for n in _NAMES if n in compiled]
            content = [(self._vertices, layout, *used)]
            if "light" in compiled:
                content.append((self._light, "4f", "light"))
            self._arrays[name] = context.vertex_array(compiled, content, self._near_first)

    def write(self, strands: dict[int, Strands], frizz: float) -> None:
        """Replaces all strands.

        Args:
          strands: by kind, which the programs are told.
          frizz: 0 to 1, of the texture of head hair.
        """
        vertices: list[np.ndarray] = []
        near: list[list[np.ndarray]] = []
        distances: list[np.ndarray] = []
        casters, start = np.zeros((0, 0), np.int32), 0
        for kind, group in strands.items():
            made = _ribbon_vertices(group, kind, frizz)
            indices = _ribbon_indices(*group.points.shape[:2]) + start
            middle = group.points[:, group.points.shape[1] // 2]
            distance = np.linalg.norm(middle - [0, 0, CAMERA_DISTANCE], axis=1)
            vertices.append(made)
            near.append(list(indices))
            distances.append(distance)
            if kind == 0:
                casters = indices
            start += len(made)
        everything = np.concatenate(vertices)
        flat = [ribbon for group in near for ribbon in group]
        order = np.argsort(np.concatenate(distances), kind="stable")
        sorted_indices = (
            np.concatenate([flat[i] for i in order]) if flat else np.zeros(0, np.int32)
        ).astype(np.int32)
        self._count, self._index_count = len(everything), len(sorted_indices)
        self._casters = casters
        if self._count > _MAX_VERTICES or self._index_count > _MAX_INDICES:
            raise ValueError(f"{self._count} vertices of strands, more than {_MAX_VERTICES}")
        self._vertices.write(everything.tobytes())
        self._near_first.write(sorted_indices.tobytes())
        self._write_casters(casters)

    def _write_casters(self, casters: np.ndarray) -> None:
        # Roots are in random order, so the first ones are an even choice.
        self._caster_count = len(casters)
        self._per_caster = casters.shape[1] if len(casters) else 0
        self._shuffled.write(np.ascontiguousarray(casters, np.int32).tobytes())

    def light_vertices(self) -> None:
        """Sums the dome's light at every vertex."""
        if self._count:
            self._lighting.transform(self._light, moderngl.POINTS, vertices=self._count)

    def draw(self, program: str) -> None:
        """Draws all ribbons, near ones first, so that what they hide costs little."""
        if self._index_count:
            self._arrays[program].render(vertices=self._index_count)

    def draw_depth(self, every: int) -> None:
        """Draws one in `every` ribbons of head hair into a shadow map."""
        chosen = self._caster_count // every
        if chosen:
            self._depth.render(vertices=chosen * self._per_caster)


def _ribbon_vertices(strands: Strands, kind: int, frizz: float) -> np.ndarray:
    """Both borders of each ribbon, float32 [2 · n · S, _FLOATS], border by border."""
    count, segments = strands.points.shape[:2]
    along = unit(np.gradient(strands.points, axis=1))
    v = np.broadcast_to(np.linspace(0, 1, segments)[None, :, None], (count, segments, 1))
    look = np.empty((count, segments, 3))
    look[..., 0], look[..., 2] = kind, frizz
    look[..., 1] = strands.shade[:, None]
    borders = []
    for side in (-1.0, 1.0):
        position = strands.points + side * strands.across
        # Ribbons are a little round: their normals lean to the sides.
        normal = unit(strands.normals + 0.35 * side * unit(strands.across))
        u = np.full_like(v, 0.5 + 0.5 * side)
        borders.append(np.concatenate([position, normal, along, u, v, look], axis=-1))
    return np.stack(borders, axis=2).reshape(-1, _FLOATS).astype(np.float32)


def _ribbon_indices(count: int, segments: int) -> np.ndarray:
    """Triangles of each ribbon, int [n, 6 · (S − 1)]."""
    step = 2 * np.arange(segments - 1)[:, None]
    one = (step + np.array([0, 1, 2, 2, 1, 3])).ravel()
    return np.arange(count)[:, None] * (2 * segments) + one
