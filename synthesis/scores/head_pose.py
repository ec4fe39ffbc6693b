"""Which way heads turn, read off their landmarks (thesis 4.3)."""

import numpy as np


def head_pose(landmarks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Yaw and roll of heads, read off their landmarks.

    Args:
      landmarks: `[F, 68, 2]` pixels; NaN where there is no face.

    Returns:
      Yaw: how far the tip of the nose is off the middle of the outer eye corners, along the line
      between them, in its length (a proxy: 0 from the front, positive to the picture's right).
      Roll: the angle of that line, in degrees, positive clockwise. Both float64 `[F]`.
    """
    landmarks = np.asarray(landmarks, np.float64)
    left, right, nose = landmarks[:, 36], landmarks[:, 45], landmarks[:, 30]
    line = right - left
    yaw = np.sum((nose - (left + right) / 2) * line, axis=1) / np.sum(line * line, axis=1)
    return yaw, np.degrees(np.arctan2(line[:, 1], line[:, 0]))


def correlation(a: np.ndarray, b: np.ndarray) -> float | None:
    """Pearson's correlation where both are numbers; None where one of them stands still."""
    both = ~(np.isnan(a) | np.isnan(b))
    if both.sum() < 3 or np.std(a[both]) < 1e-9 or np.std(b[both]) < 1e-9:
        return None
    return float(np.corrcoef(a[both], b[both])[0, 1])
