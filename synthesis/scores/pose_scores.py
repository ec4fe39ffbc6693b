"""How well a face follows a clip, and how far a trajectory leads away (thesis 4.3, end of 4.4)."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from encoder.faces.identity import describe_face, identity_distance
from encoder.faces.landmarks import CLOSE_UP_DETECTION_SIZE, detect_faces
from synthesis.scores.head_pose import correlation, head_pose

if TYPE_CHECKING:
    from stylegan_tf.generator import Generator

_W_SAMPLES = 256


class PoseWatch:
    """Hands on frames and remembers the faces in them; memory grows by landmarks only."""

    def __init__(self, frames: Iterable[np.ndarray], detector: str = "cnn") -> None:
        self._frames, self._detector = frames, detector
        self._landmarks: list[np.ndarray] = []
        self._descriptors: list[np.ndarray] = []

    def __iter__(self) -> Iterator[np.ndarray]:
        for frame in self._frames:
            faces = detect_faces(frame, self._detector, CLOSE_UP_DETECTION_SIZE)
            self._landmarks.append(faces[0].landmarks if faces else np.full((68, 2), np.nan))
            descriptor = describe_face(frame, faces[0]) if faces else np.full(128, np.nan)
            self._descriptors.append(descriptor)
            yield frame

    def compare(self, driver: np.ndarray) -> dict[str, float | None]:
        """How the frames seen so far follow the clip's landmarks `[F, 68, 2]`.

        None where there is nothing to measure: no face, or a head that stands still.

        Returns:
          `yaw_correlation`, `roll_correlation` (Pearson), `yaw_gain`, `roll_gain` (spread of the
          result over that of the clip), `frames_with_face` (share), `identity_change` (largest
          distance of dlib's descriptor from the first face's; the same person is below 0.6).
        """
        seen = np.array(self._landmarks)
        scores: dict[str, float | None] = {}
        for name, ours, theirs in zip(
            ("yaw", "roll"), head_pose(seen), head_pose(driver), strict=True
        ):
            found = ~np.isnan(ours)
            scores[f"{name}_correlation"] = correlation(ours, theirs)
            spread = float(np.std(theirs))
            can = spread > 0 and found.any()
            scores[f"{name}_gain"] = float(np.std(ours[found])) / spread if can else None
        found = ~np.isnan(seen[:, 0, 0])
        scores["frames_with_face"] = float(found.mean())
        descriptors = np.array(self._descriptors)[found]
        scores["identity_change"] = (
            float(identity_distance(descriptors, descriptors[0]).max())
            if len(descriptors)
            else None
        )
        return scores


def trajectory_drift(generator: "Generator", latents: np.ndarray) -> dict[str, float]:
    """How far latents are from the mean of W, in the distance that random faces have.

    1 is as far as a random face (psi 1); what a generator draws much further out is no face.

    Args:
      generator: whose W it is.
      latents: `[F, L, 512]`.

    Returns:
      `drift_start` and `drift_largest`, of the first latent and of the furthest.
    """
    w = generator.map(generator.sample_z(range(_W_SAMPLES)))
    usual = np.linalg.norm(w - generator.w_avg, axis=-1).mean()
    far = np.linalg.norm(latents - generator.w_avg, axis=-1).mean(axis=-1) / usual
    return {"drift_start": float(far[0]), "drift_largest": float(far.max())}
