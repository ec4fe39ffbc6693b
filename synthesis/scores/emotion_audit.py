"""How well a generator and its directions do: are faces found, emotions read, persons kept?

The judges know nothing of the generator: dlib's CNN detector, fer's classifier and dlib's face
descriptor. Above `SAME_PERSON_DISTANCE` dlib calls two pictures two persons.
"""

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from emotion.emotion import EMOTION_COEFFICIENT, Emotion
from encoder.faces.identity import SAME_PERSON_DISTANCE, describe_face, identity_distance
from encoder.faces.landmarks import CLOSE_UP_DETECTION_SIZE, Face, detect_faces
from synthesis.keyframes import make_keyframe
from synthesis.masks import LayerMask
from synthesis.rendering import BATCH_SIZE, render_frames

if TYPE_CHECKING:
    from stylegan_tf.generator import Generator

_SHOWN = [emotion for emotion in Emotion if emotion != Emotion.CALM]


@dataclasses.dataclass(frozen=True)
class EmotionAudit:
    """What the judges say of keyframes of random faces.

    Attributes:
      confusion: int [7, 7], intended emotion × emotion read; row 0 is the faces as they are.
      identity_distances: float [faces × 6], of each keyframe to its calm face; NaN where no face
        was found.
      between_persons: float, the same between different calm faces: what a distance is to be
        compared with.
    """

    confusion: np.ndarray
    identity_distances: np.ndarray
    between_persons: np.ndarray

    @property
    def read_as_intended(self) -> float:
        """Share of the keyframes whose emotion is read as intended; calm does not count."""
        return float(np.trace(self.confusion[1:, 1:]) / self.identity_distances.size)

    @property
    def same_person(self) -> float:
        """Share of the keyframes in which dlib still sees the calm face's person."""
        return float(np.mean(self.identity_distances <= SAME_PERSON_DISTANCE))


def count_faces(
    generator: "Generator",
    latents: np.ndarray,
    on_face: Callable[[], object] | None = None,
    batch_size: int = BATCH_SIZE,
) -> np.ndarray:
    """How many faces dlib's CNN detector finds in the picture of each latent [n, L, 512]."""
    counts = []
    for picture in render_frames(generator, [latents], batch_size):
        counts.append(len(detect_faces(picture, detection_size=CLOSE_UP_DETECTION_SIZE)))
        if on_face is not None:
            on_face()
    return np.array(counts, int)


def audit_emotions(
    generator: "Generator",
    latents: np.ndarray,
    directions: Mapping[Emotion, np.ndarray],
    mask: LayerMask,
    coefficient: float = EMOTION_COEFFICIENT,
    on_picture: Callable[[], object] | None = None,
) -> EmotionAudit:
    """Shows every latent with each of the six emotions and asks the judges.

    Args:
      generator: draws the keyframes.
      latents: float32 [n, L, 512], the calm faces.
      directions: of all six emotions.
      mask: what the directions may change.
      coefficient: how far they go (thesis 4.4).
      on_picture: called after each of the 7 n pictures.
    """
    from emotion.labelling.crop import crop_face
    from emotion.labelling.fer import FerLabeller

    labeller = FerLabeller()
    confusion = np.zeros((7, 7), int)
    distances = np.full((len(latents), len(_SHOWN)), np.nan)
    calm_faces = []
    for row, latent in enumerate(latents):
        keyframes = [
            make_keyframe(latent, directions, {emotion: 1.0}, mask, coefficient)
            for emotion in (Emotion.CALM, *_SHOWN)
        ]
        described = []
        for picture in render_frames(generator, [np.stack(keyframes)], len(keyframes)):
            face = next(iter(detect_faces(picture, detection_size=CLOSE_UP_DETECTION_SIZE)), None)
            described.append(_describe(picture, face, crop_face))
            if on_picture is not None:
                on_picture()
        found = [(index, crop) for index, (crop, _) in enumerate(described) if crop is not None]
        labels, _ = labeller.predict([crop for _, crop in found])
        for (index, _), label in zip(found, labels, strict=True):
            confusion[index, label] += 1
        calm = described[0][1]
        calm_faces.append(calm)
        for column, (_, descriptor) in enumerate(described[1:]):
            if calm is not None and descriptor is not None:
                distances[row, column] = identity_distance(calm, descriptor)
    return EmotionAudit(confusion, distances.ravel(), _pairwise(calm_faces))


def _describe(
    picture: np.ndarray, face: Face | None, crop: Callable[..., np.ndarray]
) -> tuple[np.ndarray | None, np.ndarray | None]:
    if face is None:
        return None, None
    return crop(picture, face.box), describe_face(picture, face)


def _pairwise(descriptors: Iterable[np.ndarray | None]) -> np.ndarray:
    found = [descriptor for descriptor in descriptors if descriptor is not None]
    return np.array([identity_distance(a, b) for i, a in enumerate(found) for b in found[:i]])
