"""What judges say of rendered persons: who is taken for whom, and where a head seems to turn."""

import dataclasses

import numpy as np

from encoder.faces.identity import SAME_PERSON_DISTANCE


@dataclasses.dataclass(frozen=True)
class IdentityMeasures:
    """Distances of dlib's descriptors between pictures of the same and of different persons.

    Attributes:
      same, different: mean distances.
      same_below, different_above: parts on the right side of dlib's threshold, 0.6.
      auc: chance that a pair of the same person is nearer than a pair of different ones.
      nearest_is_self: part of the pictures whose nearest other one shows the same person.
    """

    same: float
    different: float
    same_below: float
    different_above: float
    auc: float
    nearest_is_self: float


def measure_identity(descriptors: np.ndarray, persons: np.ndarray) -> IdentityMeasures:
    """Compares all pairs of pictures.

    Args:
      descriptors: [n, 128].
      persons: [n], who each picture shows; every person is there twice or more.
    """
    distances = np.linalg.norm(descriptors[:, None] - descriptors[None], axis=-1)
    alike = persons[:, None] == persons[None]
    upper = np.triu_indices(len(persons), 1)
    same, different = distances[upper][alike[upper]], distances[upper][~alike[upper]]
    others = distances + np.where(np.eye(len(persons), dtype=bool), np.inf, 0)
    return IdentityMeasures(
        float(same.mean()),
        float(different.mean()),
        float((same < SAME_PERSON_DISTANCE).mean()),
        float((different > SAME_PERSON_DISTANCE).mean()),
        _area_under_curve(same, different),
        float((persons[others.argmin(axis=1)] == persons).mean()),
    )


def _area_under_curve(low: np.ndarray, high: np.ndarray) -> float:
    """The chance that a number of `low` is below one of `high` (Mann and Whitney's U)."""
    ordered = np.sort(high)
    above = len(high) - np.searchsorted(ordered, low, side="right")
    ties = np.searchsorted(ordered, low, side="right") - np.searchsorted(ordered, low, side="left")
    return float((above + 0.5 * ties).mean() / len(high))


def landmark_yaw(landmarks: np.ndarray) -> np.ndarray:
    """How far the nose's tip lies beside the face's middle, in eye–mouth distances, [...].

    It follows yaw nearly linearly between ±25 degrees, to the viewer's right.

    Args:
      landmarks: [..., 68, 2].
    """
    right, left = landmarks[..., 36:42, :].mean(axis=-2), landmarks[..., 42:48, :].mean(axis=-2)
    eyes = (right + left) / 2
    mouth = (landmarks[..., 48, :] + landmarks[..., 54, :]) / 2
    height = np.linalg.norm(mouth - eyes, axis=-1)
    middle = (landmarks[..., 27, 0] + landmarks[..., 33, 0] + eyes[..., 0]) / 3
    return (landmarks[..., 30, 0] - middle) / height


def line_fit_error(measured: np.ndarray, true: np.ndarray) -> tuple[float, float]:
    """The correlation [-1, 1], and the mean absolute error of a straight-line fit to `true`."""
    line = np.polyfit(measured, true, 1)
    error = np.abs(np.polyval(line, measured) - true).mean()
    return float(np.corrcoef(measured, true)[0, 1]), float(error)
