"""Grows the strands of head hair, brows and beard for one person."""

import dataclasses

import numpy as np

from encoder.rendered_faces.head.geometry.hairline import (
    beard_density,
    brow_density,
    hairline_height,
    scalp_density,
    spherical,
)
from encoder.rendered_faces.head.geometry.skull import Skull
from encoder.rendered_faces.head.geometry.strands import Roots, Strands, ribbon_sides, unit
from encoder.rendered_faces.head.parameters import Hair
from encoder.rendered_faces.head.ramps import smoothstep

SCALP_SEGMENTS, FACE_SEGMENTS = 10, 3
# How far along a strand its points lie: closer together near the root.
_PLACES = np.linspace(0, 1, SCALP_SEGMENTS) ** 1.4
_RIBBON = 0.05  # half the width of a ribbon of head hair, decimetres
_BROW_LEVEL = 0.5  # a fringe ends here, in the units of `HeadMesh.rest`
_DOWN = np.array([0.0, -1.0, 0.0], np.float32)


@dataclasses.dataclass(frozen=True)
class RootField:
    """Roots with their place and their normals on one person's head."""

    roots: Roots
    positions: np.ndarray  # [n, 3]
    normals: np.ndarray  # [n, 3]


def grow_scalp(field: RootField, hair: Hair, skull: Skull) -> Strands:
    """Head hair: combed from the parting to the sides or over the forehead, falling, on the skull.

    Args:
      field: roots on the scalp.
      hair: the person's hair.
      skull: of the person, which strands stay outside of.
    """
    rest, random = field.roots.rest, field.roots.random
    start, normals = field.positions, unit(field.normals)
    azimuth, elevation = spherical(rest)
    front = smoothstep(75, 25, azimuth) * smoothstep(75, 45, elevation)
    density = scalp_density(rest + 0.05 * random[:, :3], hair.recession)
    side = np.tanh((rest[:, 0] - 0.45 * hair.parting) / 0.08)  # which side a strand falls to
    long = float(smoothstep(0.25, 1.6, hair.length))
    stiff = 0.85 * hair.curl**1.5 * (1 - 0.6 * long) + (1 - long) * 0.35

    length = hair.length * (1 + 0.22 * random[:, 3]) * (0.3 + 0.7 * density)
    # Hair at the sides and the nape is cut shorter when it is short, and ends evenly when long.
    length = length * (1 - 0.75 * (1 - long) * smoothstep(45, -20, elevation))
    # More and more strands join the fringe.
    joined = smoothstep(-0.04, 0.04, 1.08 * hair.fringe - 0.04 - (0.5 + 0.5 * random[:, 2]))
    fringe = smoothstep(0.1, 0.5, front) * joined
    to_brow = np.maximum(rest[:, 1] - _BROW_LEVEL, 0.05) * skull.drop * (1.15 + 0.2 * random[:, 4])
    length = length + fringe * (np.minimum(length, to_brow) - length)
    length = length * (density > 0.02)

    # Whereto it is combed: sideways from the parting, forward as a fringe, else back.
    forward = (2 * fringe - (0.35 + 0.6 * long) * (1 - fringe) * front)[:, None]
    comb = side[:, None] * [1.0, 0.0, 0.0] * (0.5 + 0.7 * long) + forward * [0, 0, 1.0]
    comb = comb + _DOWN * (0.25 + 0.35 * smoothstep(40, 0, elevation))[:, None]
    comb = comb + 0.25 * random[:, :3] * (1 - 0.6 * long + hair.curl)
    comb = unit(comb - (comb * normals).sum(axis=1, keepdims=True) * normals)
    lift = 0.25 + 0.45 * hair.volume * (1 - long) + 1.3 * hair.curl**1.5
    flat = smoothstep(-15, 45, elevation) * (0.35 + 0.65 * np.abs(side))
    lift = lift * (flat + (1 - flat) * (0.3 + 0.7 * hair.curl))
    direction = unit(comb + lift[:, None] * normals)

    # Layers: some strands lie on the skull, others over them.
    depth = (0.5 + 0.5 * random[:, 5]) * (0.05 + 0.16 * hair.volume + 0.16 * hair.curl)
    depth = depth * smoothstep(0.0, 0.8, hair.length) + 0.01
    points = [start]
    outwards = normals
    for k in range(1, len(_PLACES)):
        t, step = _PLACES[k], length * (_PLACES[k] - _PLACES[k - 1])
        # Hair stands off for some centimetres, then its weight pulls it down.
        fallen = smoothstep(0.1, 1.0, t * length)[:, None] * (1 - 0.7 * stiff)
        target = unit(comb * (1 - fallen) + 2.2 * fallen * _DOWN + stiff * 0.8 * outwards)
        direction = unit(0.45 * direction + 0.55 * target)
        moved = points[-1] + direction * step[:, None]
        moved = skull.part_before_face(moved, side, fringe, long)
        moved, outwards = skull.push_out(moved, depth * min(1.0, 2.5 * t))
        points.append(moved)
    line = _unkink(np.stack(points, axis=1))
    line = line + _waves(field, line, hair, length)
    normals_along = skull.directions(line)
    ribbon = ribbon_sides(line, normals_along)
    t = _PLACES[None, :, None]
    width = _RIBBON * (0.8 + 0.4 * hair.curl + 0.25 * random[:, 6])
    width = width * (0.3 + 0.7 * smoothstep(0.05, 0.5, length)) * smoothstep(0.02, 0.3, density)
    # Long strands that are half of a fringe would hang in the face.
    width = width * smoothstep(0.3, 0.9, 1 - long * 4 * fringe * (1 - fringe))
    # At the parting above the forehead strands are in two minds: none grow.
    width = width * smoothstep(0.2, 0.8, np.abs(side) + (1 - front) + fringe)
    across = ribbon * (width[:, None, None] * (1 - 0.45 * t**2))
    shade = 1 + 0.2 * random[:, 7]
    lit = unit(normals_along + 0.35 * unit(field.normals)[:, None] * (1 - t))
    return _strands(line, across, lit, shade)


def _unkink(line: np.ndarray) -> np.ndarray:
    """Smooths lines [n, S, 3]; both ends stay."""
    for _ in range(2):
        middle = 0.25 * line[:, :-2] + 0.5 * line[:, 1:-1] + 0.25 * line[:, 2:]
        line = np.concatenate([line[:, :1], middle, line[:, -1:]], axis=1)
    return line


def _waves(field: RootField, line: np.ndarray, hair: Hair, length: np.ndarray) -> np.ndarray:
    """Waves and curls as sideways moves that grow towards the tips, [n, S, 3]."""
    random = field.roots.random
    t = _PLACES[None, :]
    along = t * length[:, None]
    wavelength = 0.75 - 0.45 * hair.curl
    phase = 2 * np.pi * along / wavelength + (1.2 * random[:, 4:5] + 3 * field.roots.rest[:, 1:2])
    amplitude = 0.16 * hair.curl * (1 - 0.5 * hair.curl) * np.minimum(along, 0.5) / 0.5
    jitter = 0.02 + 0.06 * hair.curl
    sides = ribbon_sides(line, unit(line - line.mean(axis=(0, 1))))
    loose = random[:, None, 1:4] * (jitter * np.minimum(along, 0.6))[..., None]
    return sides * (amplitude * np.sin(phase))[..., None] + loose


def grow_brows(field: RootField, hair: Hair, knit: float = 0.0) -> Strands:
    """Short strands that lie on the skin, up at the inner end and outwards along the brow.

    Args:
      knit: see `brow_density`.
    """
    rest, random = field.roots.rest, field.roots.random
    shape = (hair.brow_height, hair.brow_thickness, hair.brow_arch)
    density = brow_density(rest, *shape, knit)
    along = np.clip((np.abs(rest[:, 0]) - 0.2) / 0.72, 0, 1)
    outward = np.sign(rest[:, 0])
    up = 0.95 - 1.25 * along + 0.3 * random[:, 0]
    comb = np.stack([outward * (0.35 + along), up, -0.25 * along], axis=1)
    length = (0.07 + 0.045 * hair.brow_thickness) * (1 + 0.3 * random[:, 1])
    return _lay_down(field, comb, length, 0.005 * (1 + 0.4 * random[:, 2]), density, 0.1)


def grow_beard(field: RootField, hair: Hair, lips: np.ndarray) -> Strands:
    """Beard hair, down and outwards; `lips` [n] is 1 on the lips."""
    rest, random = field.roots.rest, field.roots.random
    density = beard_density(rest, lips) * smoothstep(0.0, 0.35, hair.beard)
    comb = np.stack(
        [0.55 * rest[:, 0] + 0.35 * random[:, 0], -1.0 + 0.3 * random[:, 1], 0.15 + 0 * rest[:, 0]],
        axis=1,
    )
    length = (0.05 + 0.2 * hair.beard) * (1 + 0.35 * random[:, 2])
    # The moustache is cut above the lip.
    length = length * (
        1 - 0.65 * smoothstep(-1.3, -1.15, rest[:, 1]) * smoothstep(0.65, 0.45, np.abs(rest[:, 0]))
    )
    return _lay_down(field, comb, length, 0.0085 * (1 + 0.4 * random[:, 3]), density, 0.28)


def _lay_down(
    field: RootField,
    comb: np.ndarray,
    length: np.ndarray,
    width: np.ndarray,
    density: np.ndarray,
    lift: float,
) -> Strands:
    normals = unit(field.normals)
    comb = unit(comb - (comb * normals).sum(axis=1, keepdims=True) * normals)
    t = np.linspace(0, 1, FACE_SEGMENTS)[None, :, None]
    grown = length * smoothstep(0.1, 0.6, density)
    line = field.positions[:, None] + grown[:, None, None] * (
        comb[:, None] * t + lift * normals[:, None] * t * (1.4 - t)
    )
    normals_along = np.repeat(normals[:, None], FACE_SEGMENTS, axis=1)
    across = ribbon_sides(line + 1e-6 * comb[:, None] * t, normals_along)
    across = across * ((width * smoothstep(0.1, 0.45, density))[:, None, None] * (1.15 - t))
    line = line + 0.004 * normals_along
    return _strands(line, across, normals_along, 1 + 0.25 * field.roots.random[:, 7])


def _strands(
    line: np.ndarray, across: np.ndarray, normals: np.ndarray, shade: np.ndarray
) -> Strands:
    single = np.float32
    return Strands(
        line.astype(single), across.astype(single), normals.astype(single), shade.astype(single)
    )


def covered_scalp(rest: np.ndarray, hair: Hair) -> np.ndarray:
    """How dark hair paints the skin below it at points [n, 3], 0 to 1."""
    return smoothstep(-3.0, 7.0, hairline_height(rest, hair.recession))
