"""Where hair grows on the mean head: scalp, brows and beard, in the units of `HeadMesh.rest`."""

import numpy as np

from encoder.rendered_faces.head.ramps import bump, smoothstep

# Seen from the middle of the skull, the hairline runs around the head: azimuth from the front in
# degrees, elevation in degrees. It dips before and behind the ear (sideburn and nape).
SKULL_CENTRE = np.array([0.0, 0.55, -1.15])
_AZIMUTHS = (0, 20, 36, 48, 58, 66, 73, 79, 84, 88, 108, 114, 140, 180)
_ELEVATIONS = (32, 32, 29, 21, 10, -4, -20, -30, -26, -20, -20, -40, -50, -50)
_RECESSION = 17.0  # degrees that a receded hairline lies higher
_ZONE = 8.0  # degrees over which hair thins out


def spherical(rest: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Azimuth from the front, 0 to 180, and elevation, in degrees from the skull's middle."""
    x, y, z = (rest - SKULL_CENTRE).T
    azimuth = np.degrees(np.arctan2(np.abs(x), z))
    return azimuth, np.degrees(np.arctan2(y, np.hypot(x, z)))


def hairline_height(rest: np.ndarray, recession: float = 0.0) -> np.ndarray:
    """How far above the hairline points [n, 3] lie, in degrees."""
    azimuth, elevation = spherical(rest)
    line = np.interp(azimuth, _AZIMUTHS, _ELEVATIONS)
    # A receding hairline goes back at the temples first (bumps at 32 degrees on both sides).
    back = 0.55 * smoothstep(60, 30, azimuth) + 0.6 * bump(azimuth, 33, 15)
    return elevation - line - _RECESSION * recession * back


def scalp_density(rest: np.ndarray, recession: float = 0.0) -> np.ndarray:
    """0 on bare skin to 1 where hair is full, for points [n, 3]."""
    return smoothstep(-0.35 * _ZONE, 0.65 * _ZONE, hairline_height(rest, recession)) * (
        np.abs(rest[:, 0]) < 1.35
    )


def brow_density(
    rest: np.ndarray, height: float, thickness: float, arch: float, knit: float = 0.0
) -> np.ndarray:
    """0 to 1 for points [n, 3]: how full the brows are there.

    Args:
      height: -1 to 1.
      thickness, arch: 0 to 1.
      knit: -1 (inner ends up, as in sorrow) to 1 (down and together, as in anger), beyond what the
        skin below does.
    """
    x, y, z = np.abs(rest[:, 0]), rest[:, 1], rest[:, 2]
    along = (x - 0.2 + 0.06 * max(knit, 0.0)) / 0.72  # 0 at the inner end, 1 at the outer one
    middle = (
        0.275
        + 0.05 * height
        + (0.05 + 0.12 * arch) * np.sin(np.clip(along, 0, 1) * 2.2)
        - 0.15 * knit * (1 - np.clip(along, 0, 1)) ** 1.5
        + 0.03 * max(knit, 0.0) * np.clip(along, 0, 1)
        - (0.04 + 0.16 * arch) * np.clip(along, 0, 1) ** 2
    )
    half = (0.042 + 0.05 * thickness) * (1 - 0.72 * np.clip(along, 0, 1) ** 1.5)
    ends = smoothstep(-0.06, 0.1, along) * smoothstep(1.06, 0.85, along)
    return smoothstep(1.25, 0.55, np.abs(y - middle) / half) * ends * (z > -0.6)


def beard_density(rest: np.ndarray, lips: np.ndarray) -> np.ndarray:
    """0 to 1 for points [n, 3]: moustache, chin, jaw and sideburns; none on the lips [n]."""
    x, y, z = np.abs(rest[:, 0]), rest[:, 1], rest[:, 2]
    moustache = smoothstep(-0.84, -1.0, y) * smoothstep(0.52, 0.34, x) * (y > -1.3) * 0.95
    corners = 0.85 * bump(x, 0.46, 0.11) * bump(y, -1.3, 0.3)
    chin = smoothstep(-1.36, -1.62, y) * smoothstep(1.2, 0.85, x)
    jaw = smoothstep(-0.75, -1.25, y + 0.55 * (x - 0.7)) * smoothstep(0.5, 0.85, x)
    jaw = jaw * smoothstep(1.3, 1.18, x)
    sideburn = smoothstep(0.92, 1.08, x) * smoothstep(-0.1, -0.5, y) * smoothstep(-1.3, -0.95, z)
    whole = np.maximum.reduce([moustache, corners, chin, jaw, 0.8 * sideburn])
    # The mouth and the lips around it stay bare.
    whole = whole * smoothstep(0.85, 1.1, np.hypot(x / 0.42, (y + 1.25) / 0.18))
    below = smoothstep(-2.45, -1.95, y + 0.25 * np.maximum(0, z + 0.4))
    return whole * below * (1 - lips) * smoothstep(-1.45, -1.1, z)
