"""A person's head and shoulders as distances from the middle of the skull, for hair to lie on."""

import numpy as np
import scipy.ndimage

from encoder.rendered_faces.head.geometry.hairline import SKULL_CENTRE
from encoder.rendered_faces.head.geometry.strands import unit
from encoder.rendered_faces.head.ramps import smoothstep

_COLUMNS, _ROWS = 48, 32  # azimuth and elevation
_NECK = 2.3  # in the units of `HeadMesh.rest`, below the eyes
_CHEEK = 1.04  # half the face's width in eye distances, where hair hangs beside it


class Skull:
    """Keeps strands outside of head, neck and shoulders.

    Attributes:
      centre: [3], of the skull.
      eye: [3], the middle between the eyes.
      distance: between the eyes.
      drop: from the eyes down to the upper teeth.
    """

    def __init__(self, vertices: np.ndarray, eye: np.ndarray, distance: float, drop: float) -> None:
        """Measures a head.

        Args:
          vertices: [n, 3], of the coarse surface.
          eye: [3], the middle between the eyes.
          distance: between the eyes.
          drop: from the eyes down to the upper teeth.
        """
        self.eye, self.distance, self.drop = eye, distance, drop
        self.centre = eye + SKULL_CENTRE * [distance, drop, distance]
        # Hair hangs before and behind the shoulders, which are too far out to matter.
        above = vertices[:, 1] > eye[1] - _NECK * drop
        offsets = vertices[above] - self.centre
        radius = np.linalg.norm(offsets, axis=1)
        columns, rows = self._cells(offsets / radius[:, None])
        cells = np.zeros((_ROWS, _COLUMNS))
        column = np.rint(columns).astype(int) % _COLUMNS
        np.maximum.at(cells, (np.rint(rows).astype(int), column), radius)
        # Empty cells take the mean of those around them.
        seen = (cells > 0).astype(float)
        blur = {"sigma": (0.9, 0.9), "mode": ("nearest", "wrap")}
        weight = scipy.ndimage.gaussian_filter(seen, **blur)
        wide = scipy.ndimage.gaussian_filter(cells, **blur) / np.maximum(weight, 1e-6)
        filled = np.where(cells > 0, np.maximum(cells, wide), wide)
        self._radius = np.pad(filled, ((0, 0), (1, 1)), mode="wrap")

    @staticmethod
    def _cells(directions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        x, y, z = directions.T
        columns = (np.arctan2(x, z) / (2 * np.pi) + 0.5) * _COLUMNS
        rows = (np.arcsin(np.clip(y, -1, 1)) / np.pi + 0.5) * (_ROWS - 1)
        return columns, rows

    def radius(self, directions: np.ndarray) -> np.ndarray:
        """How far the head reaches in directions [n, 3]."""
        columns, rows = self._cells(directions)
        # Column 0 of the map is column 1 of the padded one; the last wraps.
        return scipy.ndimage.map_coordinates(
            self._radius, [rows, columns % _COLUMNS + 1], order=1, mode="nearest"
        )

    def push_out(self, points: np.ndarray, depth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Moves points [n, 3] that are nearer than `depth` [n] to the head's surface out to it.

        Returns:
          The points, and the directions from the skull's middle.
        """
        offsets = points - self.centre
        length = np.linalg.norm(offsets, axis=1)
        directions = offsets / length[:, None]
        missing = np.maximum(self.radius(directions) + depth - length, 0)
        return points + directions * missing[:, None], directions

    def directions(self, points: np.ndarray) -> np.ndarray:
        """Unit vectors from the skull's middle to points [..., 3]."""
        return unit(points - self.centre)

    def part_before_face(
        self, points: np.ndarray, side: np.ndarray, fringe: np.ndarray, long: float
    ) -> np.ndarray:
        """Moves points [n, 3] that hang before the face to its sides.

        Args:
          side: [n], -1 to 1, which side a strand falls to.
          fringe: [n], 0 to 1; a fringe may hang before the forehead.
          long: 0 to 1; only long hair reaches the face.
        """
        x, y, z = ((points - self.eye) / [self.distance, self.drop, self.distance]).T
        before = smoothstep(-0.95, -0.45, z) * smoothstep(1.25, 0.6, y)
        before = before * (1 - smoothstep(0.5, 1, fringe)) * long
        wanted = _CHEEK * before
        sign = np.where(side >= 0, 1.0, -1.0)
        x = np.where(sign * x < wanted, sign * wanted + (1 - before) * (x - sign * wanted), x)
        moved = points.copy()
        moved[:, 0] = self.eye[0] + x * self.distance
        return moved
