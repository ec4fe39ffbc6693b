"""Whether faces look where they were asked to: yaw by landmarks against the code."""

import dataclasses
from collections.abc import Callable, Sequence

import numpy as np

from encoder.faces.landmarks import detect_faces
from stylegan_tf.errors import InputError
from synthesis.baselines.samples import to_pixels
from synthesis.scores.head_pose import correlation, head_pose

DETECTION_SIZE = 256  # dlib's face detector needs about 80 pixels of face
_LEAST_KNOWN = 10  # faces of known yaw that a measure of degrees can rest on


@dataclasses.dataclass(frozen=True)
class YawRuler:
    """Degrees by the landmarks' proxy of yaw (`synthesis.pose.head_pose`): a straight line.

    Attributes:
      slope, offset: degrees = slope · proxy + offset.
      error: mean absolute error in degrees on the faces it was made from.
    """

    slope: float
    offset: float
    error: float

    @classmethod
    def fit(cls, images: np.ndarray, yaws: np.ndarray, detector: str = "hog") -> "YawRuler":
        """A ruler from faces uint8 [n, H, W, 3] whose yaw in degrees [n] is known.

        Raises:
          InputError: fewer than ten of the faces are found, or all look the same way.
        """
        proxies = yaw_proxies(images, detector)
        found = ~np.isnan(proxies)
        if found.sum() < _LEAST_KNOWN or not np.ptp(proxies[found]) or not np.ptp(yaws[found]):
            raise InputError(
                f"{found.sum()} of {len(images)} faces of known yaw were found; it takes "
                f"{_LEAST_KNOWN} that look different ways"
            )
        slope, offset = np.polyfit(proxies[found], yaws[found], 1)
        error = np.abs(slope * proxies[found] + offset - yaws[found]).mean()
        return cls(float(slope), float(offset), float(error))

    def degrees(self, proxies: np.ndarray) -> np.ndarray:
        """Yaw in degrees; NaN where there was no face."""
        return self.slope * proxies + self.offset


def yaw_proxies(images: np.ndarray, detector: str = "hog") -> np.ndarray:
    """The landmarks' proxy of yaw of faces uint8 [n, H, W, 3]; NaN where none is found."""
    landmarks = []
    for image in images:
        faces = detect_faces(image, detector, DETECTION_SIZE)
        landmarks.append(faces[0].landmarks if faces else np.full((68, 2), np.nan))
    return head_pose(np.array(landmarks).reshape(-1, 68, 2))[0]


def check_poses(
    draw: Callable[[Sequence[int], Sequence[float]], np.ndarray],
    ruler: YawRuler,
    yaws: Sequence[float],
    faces: int,
    detector: str = "hog",
) -> dict[str, object]:
    """Draws the same faces at every yaw and measures where they look.

    Args:
      draw: `PoseGanTraining.draw`, or another function of seeds and yaws to [−1, 1].
      ruler: made from faces of known yaw.
      yaws: to ask for, in degrees.
      faces: how many, of the seeds from 0.
      detector: dlib's; "hog" finds near-frontal faces only, "cnn" others, too.

    Returns:
      `by_yaw`: for each yaw `asked`, the mean `measured` (None without faces) and
      `frames_with_face` (share); over all: `correlation` of measured and asked (None if there is
      none), `mean_error` in degrees, `frames_with_face`.
    """
    rows: list[dict[str, float | None]] = []
    asked_all, measured_all = [], []
    for yaw in yaws:
        images = to_pixels(draw(range(faces), [yaw] * faces))
        measured = ruler.degrees(yaw_proxies(images, detector))
        found = measured[~np.isnan(measured)]
        rows.append(
            {
                "asked": float(yaw),
                "measured": float(found.mean()) if len(found) else None,
                "frames_with_face": len(found) / faces,
            }
        )
        asked_all += [yaw] * faces
        measured_all += list(measured)
    asked, measured = np.array(asked_all, float), np.array(measured_all)
    found = ~np.isnan(measured)
    error = float(np.abs(measured - asked)[found].mean()) if found.any() else None
    return {
        "by_yaw": rows,
        "correlation": correlation(measured, asked),
        "mean_error": error,
        "frames_with_face": float(found.mean()),
    }
