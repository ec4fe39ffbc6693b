"""What of a face needs no GPU: where its surfaces and strands lie, and its framing."""

import dataclasses

import numpy as np
import scipy.spatial

from encoder.rendered_faces.head.assets import RendererAssets
from encoder.rendered_faces.head.expressions import face_units
from encoder.rendered_faces.head.geometry.framing import (
    HEAD_CENTRE,
    Framing,
    ffhq_framing,
    project,
    rotation,
)
from encoder.rendered_faces.head.geometry.hair import (
    RootField,
    covered_scalp,
    grow_beard,
    grow_brows,
    grow_scalp,
)
from encoder.rendered_faces.head.geometry.hairline import (
    beard_density,
    brow_density,
    scalp_density,
)
from encoder.rendered_faces.head.geometry.head_mesh import HeadMesh
from encoder.rendered_faces.head.geometry.landmarks import landmark_vertices
from encoder.rendered_faces.head.geometry.skull import Skull
from encoder.rendered_faces.head.geometry.strands import Strands, scatter_roots
from encoder.rendered_faces.head.parameters import Face, Hair
from encoder.rendered_faces.head.ramps import smoothstep
from encoder.rendered_faces.head.shading.skin_masks import lip_mask, skin_masks
from encoder.rendered_faces.head.shading.skins import Skins
from encoder.rendered_faces.head.shading.textures import sample_texture

SCALP_ROOTS, BROW_ROOTS, BEARD_ROOTS = 2800, 1400, 4000
HEAD_STRAND, BROW_STRAND, BEARD_STRAND = 0, 1, 2
_PUPIL = np.array([0, -0.03, 0.14], np.float32)  # from an eye's middle, decimetres
_MOUTH_CORNERS = ([-0.385, -1.247, 0.25], [0.385, -1.247, 0.25])  # as in HeadMesh.rest
_SHOWN = 1e-4  # a thinner strand is left out, decimetres


@dataclasses.dataclass(frozen=True)
class PosedHead:
    """A face in camera space: around the head's centre, turned.

    Attributes:
      surfaces: positions and normals [n, 3] by name: skin, coarse, and HeadMesh.parts.
      strands: by kind.
      framing: of the picture.
      landmarks: [68, 3], in dlib's order.
      units: weights of face units.
      scalp: [N], 0 to 1, where hair darkens the skin.
      brows: [N], 0 to 1, where brows do.
    """

    surfaces: dict[str, tuple[np.ndarray, np.ndarray]]
    strands: dict[int, Strands]
    framing: Framing
    landmarks: np.ndarray
    units: dict[str, float]
    scalp: np.ndarray
    brows: np.ndarray


class HeadModel:
    """Poses faces.

    Attributes:
      mesh: the surfaces.
      skins: the photographed skins.
      masks: [N] by name, of the skin's vertices.
    """

    def __init__(
        self,
        assets: RendererAssets,
        calm_units: dict[str, float] | None = None,
        emotion_units: dict[str, dict[str, float]] | None = None,
    ) -> None:
        """Reads the assets; other units than the tuned ones may be given."""
        self.calm_units, self.emotion_units = calm_units, emotion_units
        self.mesh = mesh = HeadMesh(assets)
        self.skins = Skins(assets)
        rest = mesh.rest
        light = sample_texture(self.skins.mean(None, not_race="african"), mesh.skin.uv)
        lips = lip_mask(rest, light)
        self.masks = skin_masks(rest, lips)
        self.masks["beard"] = beard_density(rest, lips)
        # Dark skins have hair painted on.
        dark = sample_texture(self.skins.mean("african"), mesh.skin.uv).mean(axis=1)
        painted = 1 - smoothstep(0.12, 0.30, dark)
        painted *= (rest[:, 1] > 0.9) | ((rest[:, 1] > -1.2) & (np.abs(rest[:, 0]) > 1.0))
        self.masks["painted"] = np.maximum(painted, smoothstep(1.25, 1.7, rest[:, 1]))
        outside = self._outside()
        scalp = (scalp_density(rest) > 0) * outside
        brows = brow_density(rest, -1, 1, 0) + brow_density(rest, 1, 1, 1)
        brows = brows + brow_density(rest, 0, 1, 0.5) + brow_density(rest, -1, 1, 0.5, knit=1)
        brows = ((brows + brow_density(rest, 1, 1, 0.5, knit=-1)) > 0) * outside
        beard = self.masks["beard"] * outside
        self._roots = {
            HEAD_STRAND: scatter_roots(mesh.skin, rest, scalp.astype(float), SCALP_ROOTS, 1),
            BROW_STRAND: scatter_roots(mesh.skin, rest, brows.astype(float), BROW_ROOTS, 2),
            BEARD_STRAND: scatter_roots(mesh.skin, rest, beard, BEARD_ROOTS, 3),
        }
        beard_roots = self._roots[BEARD_STRAND]
        self._root_lips = np.clip(_nearest_values(beard_roots.rest, rest, lips), 0, 1)
        welded = mesh.skin.welded
        nearest = [int(np.argmin(((rest - corner) ** 2).sum(axis=1))) for corner in _MOUTH_CORNERS]
        self._mouth = mesh.skin.matrix[welded[nearest]]
        self._landmarks = mesh.skin.matrix[welded[landmark_vertices(rest, outside)]]

    def _outside(self) -> np.ndarray:
        """Whether a vertex of the skin is outside: not in the mouth, nose, eye sockets or ears."""
        x, y, z = self.mesh.rest.T
        within_mouth = (np.abs(x) < 0.62) & (y < -0.35) & (y > -1.75) & (z < 0.02)
        within_head = (np.hypot(x / 1.0, (y + 0.4) / 1.25) < 0.8) & (z < -0.1) & (z > -1.5)
        ear = (np.abs(x) > 1.12) & (z < -0.95) & (z > -1.62) & (y < 0.12) & (y > -0.95)
        return ~(within_mouth | within_head | ear)

    def pose(self, face: Face) -> PosedHead:
        """Builds a face."""
        mesh, hair = self.mesh, face.hair
        units = face_units(face, self.calm_units, self.emotion_units)
        vertices = mesh.vertices(face.person, units)
        eye, distance, drop = mesh.measures(vertices)
        centre = (eye + HEAD_CENTRE).astype(np.float32)
        turn = rotation(face.pose.yaw, face.pose.pitch)

        def to_camera(points: np.ndarray, normals: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            return (points - centre) @ turn.T, normals @ turn.T

        placed = {"skin": mesh.skin.place(vertices), "coarse": mesh.coarse.place(vertices)}
        placed |= {name: part.place(vertices) for name, part in mesh.parts.items()}
        eyes = [vertices[eye].mean(axis=0) for eye in (mesh.right_eye, mesh.left_eye)]
        _turn_eyes(*placed["eyes"], eyes, face.pose.gaze)

        skull = Skull(placed["coarse"][0], eye, distance, drop)
        knit = _knit(units)
        strands = self._grow(hair, knit, placed["skin"][1], vertices, skull)
        for kind, grown in strands.items():
            points, normals = to_camera(grown.points, grown.normals)
            strands[kind] = Strands(points, grown.across @ turn.T, normals, grown.shade)

        # The crop follows the calm face's mouth: an emotion doesn't zoom.
        still = dataclasses.replace(face, emotions=(0.0,) * len(face.emotions))
        calm = mesh.vertices(face.person, face_units(still, self.calm_units, self.emotion_units))
        mouth = project((self._mouth @ calm - centre) @ turn.T).mean(axis=0)
        right, left = (project(((e + _PUPIL - centre) @ turn.T)[None])[0] for e in eyes)
        return PosedHead(
            {name: to_camera(*arrays) for name, arrays in placed.items()},
            strands,
            ffhq_framing(right, left, mouth),
            (self._landmarks @ vertices - centre) @ turn.T,
            units,
            covered_scalp(mesh.rest, hair),
            brow_density(mesh.rest, hair.brow_height, hair.brow_thickness, hair.brow_arch, knit),
        )

    def _grow(
        self,
        hair: Hair,
        knit: float,
        normals: np.ndarray,
        vertices: np.ndarray,
        skull: Skull,
    ) -> dict[int, Strands]:
        fields = {
            kind: RootField(roots, roots.positions @ vertices, roots.normals @ normals)
            for kind, roots in self._roots.items()
        }
        grown = {
            HEAD_STRAND: grow_scalp(fields[HEAD_STRAND], hair, skull),
            BROW_STRAND: grow_brows(fields[BROW_STRAND], hair, knit),
            BEARD_STRAND: grow_beard(fields[BEARD_STRAND], hair, self._root_lips),
        }
        return {kind: _drop_thin(strands) for kind, strands in grown.items()}


def _knit(units: dict[str, float]) -> float:
    """How far brows are knit, -1 to 1; see `brow_density`."""
    down = (units["browDownLeft"] + units["browDownRight"]) / 2
    return float(np.tanh(1.2 * (down - 0.75 * units["browInnerUp"])))


def _drop_thin(strands: Strands) -> Strands:
    shown = np.linalg.norm(strands.across, axis=-1).max(axis=1) > _SHOWN
    return Strands(*(getattr(strands, f.name)[shown] for f in dataclasses.fields(strands)))


def _turn_eyes(
    points: np.ndarray,
    normals: np.ndarray,
    eyes: list[np.ndarray],
    gaze: tuple[float, float],
) -> None:
    """Turns both eyeballs in place; gaze in degrees to the viewer's right and up."""
    turn = rotation(gaze[0], -gaze[1])
    for middle in eyes:
        ball = np.abs(points - middle).max(axis=1) < 0.35
        points[ball] = (points[ball] - middle) @ turn.T + middle
        normals[ball] = normals[ball] @ turn.T


def _nearest_values(places: np.ndarray, rest: np.ndarray, values: np.ndarray) -> np.ndarray:
    return values[scipy.spatial.cKDTree(rest).query(places)[1]]
