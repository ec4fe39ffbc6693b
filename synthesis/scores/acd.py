"""Average Content Distance: whether a clip shows one person throughout (thesis 4.8, table 1).

The ACD is the average L2 distance between face descriptors of frames; smaller is better. Published
numbers differ in what they average over and in what describes a face, and cannot be compared across
these choices, so a score carries them by name:

- pairing `consecutive`: each frame and the next (thesis 4.8);
- pairing `all`: every two frames (MoCoGAN, Tulyakov et al. 2018).

A frozen clip scores 0. So a score also says how much the face moves, and the ACD per unit of that.
"""

import dataclasses
from collections.abc import Iterable

import numpy as np
from scipy.spatial import distance

from encoder.descriptors import DlibDescriptor, FaceDescriptor
from encoder.faces.landmarks import CLOSE_UP_DETECTION_SIZE
from stylegan_tf.errors import InputError
from synthesis.scores.clip_descriptions import ClipDescription, describe_clip

PAIRINGS = ("consecutive", "all")


@dataclasses.dataclass(frozen=True)
class ContentDistance:
    """An ACD with everything needed to compare it.

    Attributes:
      acd: average L2 distance between descriptors.
      pairing: one of `PAIRINGS`.
      extractor: what describes a face.
      weights: which weights it works with.
      alignment: how a face is cut out before.
      detector: what finds it.
      num_frames: frames in the clip.
      num_faces: frames in which a face was found; the others, and the pairs they belong to, are
        left out.
      num_pairs: how many distances were averaged.
      motion: mean distance of a landmark between the two frames of a pair, over the pairs that the
        ACD is averaged over, in distances between the eyes.
      landmark_motion: the same from one frame to the next, whatever the pairing; NaN without two
        consecutive faces.
      landmark_range: mean distance of a landmark from its average place, in the same unit.
    """

    acd: float
    pairing: str
    extractor: str
    weights: str
    alignment: str
    detector: str
    num_frames: int
    num_faces: int
    num_pairs: int
    motion: float
    landmark_motion: float
    landmark_range: float

    @property
    def face_share(self) -> float:
        """Share of the frames in which a face was found."""
        return self.num_faces / self.num_frames

    @property
    def acd_per_motion(self) -> float | None:
        """The ACD divided by `motion`; None for a frozen clip."""
        return self.acd / self.motion if self.motion > 0 else None

    def as_row(self) -> dict[str, object]:
        """All of it for a JSON file; what is not a number there is None."""
        row = {**dataclasses.asdict(self), "face_share": self.face_share}
        row["acd_per_motion"] = self.acd_per_motion
        return {key: None if value != value else value for key, value in row.items()}


def average_content_distance(
    frames: Iterable[np.ndarray],
    pairing: str = "consecutive",
    detector: str = "cnn",
    detection_size: int = CLOSE_UP_DETECTION_SIZE,
    descriptor: FaceDescriptor | None = None,
) -> ContentDistance:
    """Describes the largest face of every frame and averages the distances.

    Args:
      frames: uint8 RGB `[H, W, 3]`, read once.
      pairing: `consecutive` or `all`.
      detector, detection_size: see `encoder.detect_faces`.
      descriptor: what describes a face; None: dlib's.

    Raises:
      InputError: a wrong argument, or no two frames to compare with a face in each.
    """
    _check_pairing(pairing)
    descriptor = descriptor or DlibDescriptor()
    description = describe_clip(frames, [descriptor], detector, detection_size)
    return score_description(description, 0, descriptor, pairing, detector)


def score_description(
    description: ClipDescription,
    index: int,
    descriptor: FaceDescriptor,
    pairing: str = "consecutive",
    detector: str = "cnn",
) -> ContentDistance:
    """The ACD of a clip that is described already.

    Args:
      description: of `describe_clip`.
      index: which of its descriptors.
      descriptor: the one that made it.
      pairing: `consecutive` or `all`.
      detector: what found the faces.

    Raises:
      InputError: a wrong pairing, or no two frames to compare with a face in each.
    """
    _check_pairing(pairing)
    distances = pair_distances(description.descriptors[index], pairing)
    if not len(distances):
        raise InputError(
            f"a face was found in {description.num_faces} of {description.num_frames} frames; the "
            f"ACD needs two {'consecutive frames' if pairing == 'consecutive' else 'frames'} with "
            "one"
        )
    steps, spread = landmark_motion(description.landmarks)
    return ContentDistance(
        float(distances.mean()),
        pairing,
        descriptor.extractor,
        descriptor.weights,
        descriptor.alignment,
        detector,
        description.num_frames,
        description.num_faces,
        len(distances),
        steps if pairing == "consecutive" else pairwise_motion(description.landmarks),
        steps,
        spread,
    )


def pair_distances(descriptors: np.ndarray, pairing: str) -> np.ndarray:
    """L2 distances of the pairs: float `[P]`; frames of NaN are left out with their pairs."""
    descriptors = np.asarray(descriptors, np.float64)
    if pairing == "consecutive":
        distances = np.linalg.norm(np.diff(descriptors, axis=0), axis=1)
        return distances[~np.isnan(distances)]
    return distance.pdist(descriptors[~np.isnan(descriptors).any(axis=1)])


def landmark_motion(landmarks: np.ndarray) -> tuple[float, float]:
    """How far landmarks move from frame to frame, and how far they stray from their mean place.

    Args:
      landmarks: `[F, 68, 2]` pixels, NaN where there is no face.

    Returns:
      Two means in distances between the centres of the eyes (averaged over the clip); 0 for a
      clip that stands still, NaN without two consecutive faces.
    """
    landmarks = np.asarray(landmarks, np.float64)
    unit = _eye_distance(landmarks)
    steps = np.linalg.norm(np.diff(landmarks, axis=0), axis=-1)
    steps = steps[~np.isnan(steps)]
    strays = np.linalg.norm(landmarks - np.nanmean(landmarks, axis=0), axis=-1)
    return float(steps.mean() / unit) if len(steps) else float("nan"), float(
        np.nanmean(strays) / unit
    )


def pairwise_motion(landmarks: np.ndarray) -> float:
    """Mean distance of a landmark between any two frames with a face, in distances of the eyes.

    Args:
      landmarks: `[F, 68, 2]` pixels, NaN where there is no face; two faces at least.
    """
    landmarks = np.asarray(landmarks, np.float64)
    found = landmarks[np.isfinite(landmarks[:, 0, 0])]
    total = sum(
        np.linalg.norm(found[k + 1 :] - found[k], axis=-1).sum() for k in range(len(found) - 1)
    )
    pairs = len(found) * (len(found) - 1) / 2
    return float(total / (pairs * found.shape[1]) / _eye_distance(landmarks))


def _eye_distance(landmarks: np.ndarray) -> float:
    """Between the centres of the eyes, averaged over the clip, in pixels."""
    eyes = landmarks[:, 36:42].mean(axis=1) - landmarks[:, 42:48].mean(axis=1)
    return float(np.nanmean(np.linalg.norm(eyes, axis=-1)))


def _check_pairing(pairing: str) -> None:
    if pairing not in PAIRINGS:
        raise InputError(f"pairing {pairing!r} is not one of {', '.join(PAIRINGS)}")
