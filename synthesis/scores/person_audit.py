"""Whether an embedded face is the person of its picture, and stays that person when it is moved.

The judges know nothing of the generator: dlib's descriptor, against the picture itself and not
against the calm face as drawn, and fer's classifier.
"""

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from emotion.emotion import EMOTION_COEFFICIENT, Emotion
from emotion.labelling.crop import crop_face
from emotion.labelling.labeller import Labeller
from encoder.embedding.reconstruction import psnr, ssim
from encoder.faces.identity import describe_face, identity_distance
from encoder.faces.landmarks import CLOSE_UP_DETECTION_SIZE, Face, detect_faces
from encoder.images import resize_image
from stylegan_tf.errors import InputError
from synthesis.keyframes import make_keyframe
from synthesis.masks import LayerMask
from synthesis.rendering import render_frames

if TYPE_CHECKING:
    from stylegan_tf.generator import Generator

_SHOWN = [emotion for emotion in Emotion if emotion != Emotion.CALM]


@dataclasses.dataclass(frozen=True, eq=False)
class PersonAudit:
    """What the judges say of one face.

    Attributes:
      psnr: of the drawn calm face against the picture, in dB.
      ssim: likewise.
      identity: distance of dlib's descriptors from the picture's to the calm face's; NaN without a
        face.
      keyframe_identities: float [6], to the keyframe of each emotion, in the enum's order.
      read: what fer reads in each keyframe; None where no face was found.
      pictures: uint8 `[7, H, W, 3]`: the calm face and the keyframes.
    """

    psnr: float
    ssim: float
    identity: float
    keyframe_identities: np.ndarray
    read: list[Emotion | None]
    pictures: np.ndarray

    @property
    def read_as_intended(self) -> int:
        """How many of the six keyframes fer reads as what they are meant to be."""
        return sum(a == b for a, b in zip(self.read, _SHOWN, strict=True))


def audit_person(
    generator: "Generator",
    latent: np.ndarray,
    original: np.ndarray,
    directions: Mapping[Emotion, np.ndarray],
    labeller: Labeller,
    mask: LayerMask = LayerMask("emotion"),  # noqa: B008 - frozen
    coefficient: float = EMOTION_COEFFICIENT,
) -> PersonAudit:
    """Draws a face calm and with each emotion, and asks the judges.

    Args:
      generator: draws it; tuned to the person or not.
      latent: float32 `[L, 512]`.
      original: the aligned picture, uint8 RGB `[S, S, 3]`.
      directions: of all six emotions.
      labeller: that reads the keyframes, such as `FerLabeller()`.
      mask: what the directions may change.
      coefficient: how far they go.

    Raises:
      InputError: the picture shows no face.
    """
    keyframes = np.stack(
        [
            make_keyframe(latent, directions, {emotion: 1.0}, mask, coefficient)
            for emotion in (Emotion.CALM, *_SHOWN)
        ]
    )
    pictures = np.stack(list(render_frames(generator, [keyframes], 1)))
    side = pictures.shape[1]
    target = resize_image(original, side, side)
    face = _largest(target)
    if face is None:
        raise InputError("the picture shows no face to compare with")
    person = describe_face(target, face)
    distances = np.full(len(pictures), np.nan)
    read: list[Emotion | None] = []
    for index, picture in enumerate(pictures):
        face = _largest(picture)
        if face is not None:
            distances[index] = identity_distance(person, describe_face(picture, face))
        if index:
            labels = [] if face is None else labeller.predict([crop_face(picture, face.box)])[0]
            read.append(next(iter(labels), None))
    return PersonAudit(
        psnr(target, pictures[0]),
        ssim(target, pictures[0]),
        float(distances[0]),
        distances[1:],
        read,
        pictures,
    )


def _largest(picture: np.ndarray) -> Face | None:
    return next(iter(detect_faces(picture, detection_size=CLOSE_UP_DETECTION_SIZE)), None)
