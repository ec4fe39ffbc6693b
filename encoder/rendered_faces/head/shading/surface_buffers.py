"""A surface on the GPU: what never changes, what a pose changes, and the light on its vertices."""

import moderngl
import numpy as np

from encoder.rendered_faces.head.geometry.surface import Surface

_DRAWING = ("skin", "cloth", "eye", "mouth", "lashes", "label")
_VEC4 = 16  # bytes


class SurfaceBuffers:
    """Buffers of one surface and the ways to draw it."""

    def __init__(
        self,
        context: moderngl.Context,
        programs: dict[str, moderngl.Program],
        surface: Surface,
        rest: np.ndarray | None = None,
    ) -> None:
        """Prepares a surface.

        Args:
          rest: [N, 4], passed on to the programs; zeros if left out.
        """
        count = len(surface.uv)
        self._context, self._programs, self._surface = context, programs, surface
        self._count = count
        rest = np.zeros((count, 4)) if rest is None else rest
        fixed = np.concatenate([surface.uv, rest], axis=1).astype(np.float32)
        self._fixed = context.buffer(fixed.tobytes())
        self._masks = context.buffer(np.zeros((count, 8), np.float32).tobytes(), dynamic=True)
        self._moving = context.buffer(reserve=count * 24, dynamic=True)
        self._light = context.buffer(reserve=count * _VEC4)
        self._lighting = context.vertex_array(
            programs["vertex_light"], [(self._moving, "3f 3f", "position", "normal")]
        )
        self._indices: dict[str | None, moderngl.Buffer] = {
            None: context.buffer(surface.triangles.tobytes())
        }
        self._arrays: dict[tuple[str, str | None], moderngl.VertexArray] = {}
        self._depth = context.vertex_array(
            programs["depth"], [(self._moving, "3f 3x4", "position")], self._indices[None]
        )

    def add_subset(self, name: str, triangles: np.ndarray) -> None:
        """Names some of the triangles, [T] bool."""
        chosen = np.ascontiguousarray(self._surface.triangles[triangles])
        self._indices[name] = self._context.buffer(chosen.tobytes())

    def write(self, positions: np.ndarray, normals: np.ndarray) -> None:
        """Moves the vertices, [N, 3] each."""
        both = np.concatenate([positions, normals], axis=1)
        self._moving.write(np.ascontiguousarray(both, np.float32).tobytes())

    def write_masks(self, masks: np.ndarray) -> None:
        """Sets eight masks a vertex, [N, 8]."""
        self._masks.write(np.ascontiguousarray(masks, np.float32).tobytes())

    def light_vertices(self) -> None:
        """Sums the dome's light at every vertex."""
        self._lighting.transform(self._light, moderngl.POINTS, vertices=self._count)

    def draw(self, program: str, subset: str | None = None) -> None:
        """Draws all triangles or a subset with a program."""
        if (program, subset) not in self._arrays:
            self._arrays[program, subset] = self._array(program, subset)
        self._arrays[program, subset].render()

    def draw_depth(self) -> None:
        """Draws into a shadow map."""
        self._depth.render()

    def _array(self, program: str, subset: str | None) -> moderngl.VertexArray:
        compiled = self._programs[program]
        content = []
        for buffer, parts in (
            (self._fixed, (("uv", 2), ("rest", 4))),
            (self._masks, (("mask0", 4), ("mask1", 4))),
            (self._moving, (("position", 3), ("normal", 3))),
            (self._light, (("light", 4),)),
        ):
            used = [name for name, _ in parts if name in compiled]
            layout = " ".join(
                f"{size}f" if name in compiled else f"{4 * size}x1" for name, size in parts
            )
            if used:
                content.append((buffer, layout, *used))
        return self._context.vertex_array(compiled, content, self._indices[subset])
