"""Smooth steps between numbers."""

import numpy as np


def smoothstep(low: float, high: float, x: np.ndarray | float) -> np.ndarray:
    """0 below `low`, 1 above `high`, 3t² − 2t³ between; with low > high it falls instead."""
    t = np.clip((x - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def bump(x: np.ndarray, middle: float, width: float, power: float = 2.0) -> np.ndarray:
    """exp(−|(x − middle) / width|^power): 1 in the middle."""
    return np.exp(-(np.abs((x - middle) / width) ** power))
