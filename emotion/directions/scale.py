"""The length of a direction, without which a coefficient means nothing (thesis 4.4)."""

from collections.abc import Sequence

import numpy as np

from emotion.emotion import EMOTION_COEFFICIENT
from stylegan_tf.errors import InputError


def scale_direction(
    raw: np.ndarray, all_codes: np.ndarray, codes: np.ndarray, shows: np.ndarray, scale: str
) -> tuple[np.ndarray, dict]:
    """The direction at its length, and what the report says of lengths.

    `projection_sd` is of all codes that were given, `reference_sd` of the calm ones (or the rest).
    """
    length = np.linalg.norm(raw)
    if length == 0:
        raise InputError("the codes of an emotion are the same as those of the others")
    normal = raw / length
    projection = codes @ normal
    deviation = (all_codes @ normal).std()
    gap = projection[shows].mean() - projection[~shows].mean()
    norm = {
        "class-means": gap / EMOTION_COEFFICIENT,
        "raw": length,
        "unit": 1.0,
        "sigma": deviation,
    }[scale]
    entry = {
        "codes": int(shows.sum()),
        "reference_codes": int((~shows).sum()),
        "norm": float(norm),
        "raw_norm": float(length),
        "projection_sd": float(deviation),
        "reference_sd": float(projection[~shows].std()),
        "class_mean_gap": float(gap),
        "step_at_coefficient_in_sd": float(EMOTION_COEFFICIENT * norm / deviation),
    }
    return normal * norm, entry


def cosine_matrix(directions: Sequence[np.ndarray]) -> np.ndarray:
    """Cosines between directions of equal shape: float64 `[n, n]`."""
    flat = np.stack([np.asarray(d, np.float64).ravel() for d in directions])
    flat /= np.linalg.norm(flat, axis=1, keepdims=True)
    return flat @ flat.T
