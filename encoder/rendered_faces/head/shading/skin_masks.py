"""Where on the skin what happens: one number a vertex, on the mean head."""

import numpy as np

from encoder.rendered_faces.head.ramps import bump, smoothstep


def lip_mask(rest: np.ndarray, colours: np.ndarray) -> np.ndarray:
    """1 on the lips, for vertices [n, 3] that a light skin colours so [n, 3]."""
    x, y, z = np.abs(rest[:, 0]), rest[:, 1], rest[:, 2]
    red = smoothstep(0.24, 0.36, colours[:, 0] - colours[:, 1])
    return red * (x < 0.55) * (y < -0.7) * (y > -1.75) * (z > -0.2)


def skin_masks(rest: np.ndarray, lips: np.ndarray) -> dict[str, np.ndarray]:
    """Masks [n] in [0, about 1] by name, for vertices [n, 3]."""
    x, y, z = rest.T
    side = np.abs(x)
    cheeks = bump(side, 0.62, 0.28) * bump(y, -0.55, 0.32)
    nose_tip = 0.8 * bump(x, 0, 0.2) * bump(y, -0.55, 0.22) * (z > 0)
    oil = (
        bump(x, 0, 0.45) * bump(y, 0.7, 0.5)
        + bump(x, 0, 0.16) * bump(y, -0.3, 0.5)
        + 0.5 * bump(side, 0.6, 0.2) * bump(y, -0.4, 0.2)
        + 0.4 * bump(x, 0, 0.3) * bump(y, -1.75, 0.2)
    )
    return {
        "cheek": cheeks + nose_tip,
        "oil": oil,
        "lips": lips,
        "freckles": bump(side, 0, 0.75, 4) * bump(y, -0.4, 0.45) * (z > -0.6),
        "forehead": bump(x, 0, 0.62, 4) * bump(y, 0.85, 0.3, 4),
        "nose": bump(x, 0, 0.2, 4) * bump(y, 0.12, 0.28, 4),
    }
