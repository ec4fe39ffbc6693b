"""Average Content Distance: does a clip show one person throughout? (thesis 4.8, table 1)

The ACD is the average L2 distance between face descriptors of frames; smaller is better. Published
numbers differ in what they average over and in what describes a face, and cannot be compared across
these choices, so a score carries them by name:

- pairing `consecutive`: each frame and the next (thesis 4.8);
- pairing `all`: every two frames (MoCoGAN, Tulyakov et al. 2018).

A frozen clip scores 0. So a score also says how much the face moves.
"""

import dataclasses
from collections.abc import Iterable, Mapping

import numpy as np
from scipy.spatial import distance

from encoder.faces.identity import describe_face
from encoder.faces.landmarks import detect_faces
from stylegan_tf.errors import InputError

PAIRINGS = ("consecutive", "all")
EXTRACTOR = "dlib"  # dlib_face_recognition_resnet_model_v1: 128 numbers
ALIGNMENT = "dlib-68"  # dlib's own 150×150 face chip from 68 landmarks
# Generated faces fill their frames; dlib's CNN finds faces of 80 pixels, so 256 is ample there.
DETECTION_SIZE = 256


@dataclasses.dataclass(frozen=True)
class ContentDistance:
    """An ACD with everything needed to compare it.

    Attributes:
      acd: average L2 distance between descriptors.
      pairing: one of `PAIRINGS`.
      extractor: what describes a face.
      alignment: how a face is cut out before.
      detector: what finds it.
      num_frames: frames in the clip.
      num_faces: frames in which a face was found; the others, and the pairs they belong to, are
        left out.
      num_pairs: how many distances were averaged.
      landmark_motion: mean distance that a landmark moves from one frame to the next, in distances
        between the eyes.
      landmark_range: mean distance of a landmark from its average place, in the same unit.
    """

    acd: float
    pairing: str
    extractor: str
    alignment: str
    detector: str
    num_frames: int
    num_faces: int
    num_pairs: int
    landmark_motion: float
    landmark_range: float


def average_content_distance(
    frames: Iterable[np.ndarray],
    pairing: str = "consecutive",
    detector: str = "cnn",
    detection_size: int = DETECTION_SIZE,
) -> ContentDistance:
    """Describes the largest face of every frame with dlib and averages the distances.

    Args:
      frames: uint8 RGB `[H, W, 3]`, read once.
      pairing: `consecutive` or `all`.
      detector, detection_size: see `encoder.detect_faces`.

    Raises:
      InputError: a wrong argument, or no two frames to compare with a face in each.
    """
    if pairing not in PAIRINGS:
        raise InputError(f"pairing {pairing!r} is not one of {', '.join(PAIRINGS)}")
    descriptors, landmarks = describe_frames(frames, detector, detection_size)
    found = ~np.isnan(descriptors[:, 0])
    distances = pair_distances(descriptors, pairing)
    if not len(distances):
        raise InputError(
            f"a face was found in {found.sum()} of {len(found)} frames; the ACD needs two "
            f"{'consecutive frames' if pairing == 'consecutive' else 'frames'} with one"
        )
    motion, spread = landmark_motion(landmarks)
    return ContentDistance(
        float(distances.mean()),
        pairing,
        EXTRACTOR,
        ALIGNMENT,
        detector,
        len(found),
        int(found.sum()),
        len(distances),
        motion,
        spread,
    )


def describe_frames(
    frames: Iterable[np.ndarray], detector: str = "cnn", detection_size: int = DETECTION_SIZE
) -> tuple[np.ndarray, np.ndarray]:
    """Descriptors float32 `[F, 128]` and landmarks `[F, 68, 2]` of each frame's largest face.

    Frames without a face are NaN. A frame equal to the one before is not searched again.
    """
    descriptors, landmarks, before = [], [], None
    for frame in frames:
        if before is None or not np.array_equal(frame, before):
            faces = detect_faces(frame, detector, detection_size)
            descriptor = describe_face(frame, faces[0]) if faces else np.full(128, np.nan)
            points = faces[0].landmarks if faces else np.full((68, 2), np.nan)
        descriptors.append(descriptor)
        landmarks.append(points)
        before = frame
    if not descriptors:
        raise InputError("there are no frames to score")
    return np.array(descriptors, np.float32), np.array(landmarks, np.float32)


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
    eyes = landmarks[:, 36:42].mean(axis=1) - landmarks[:, 42:48].mean(axis=1)
    unit = np.nanmean(np.linalg.norm(eyes, axis=-1))
    steps = np.linalg.norm(np.diff(landmarks, axis=0), axis=-1)
    steps = steps[~np.isnan(steps)]
    strays = np.linalg.norm(landmarks - np.nanmean(landmarks, axis=0), axis=-1)
    return float(steps.mean() / unit) if len(steps) else float("nan"), float(
        np.nanmean(strays) / unit
    )


def score_table(scores: Mapping[str, ContentDistance]) -> str:
    """Name → score as a table to print, one a line, with what the ACD depends on."""
    width = max((len(name) for name in scores), default=0)
    lines = [
        f"{'video':{width}}  {'ACD':>6}  pairing      descriptor     faces/frames  motion  range"
    ]
    for name, score in scores.items():
        descriptor = f"{score.extractor} ({score.alignment})"
        faces = f"{score.num_faces}/{score.num_frames}"
        lines.append(
            f"{name:{width}}  {score.acd:6.4f}  {score.pairing:11}  {descriptor:14} {faces:>12}"
            f"  {score.landmark_motion:6.4f}  {score.landmark_range:5.3f}"
        )
    return "\n".join(lines)
