"""The largest strength that keeps the person (thesis 3.9).

The thesis fixes the coefficient "based on the experience but can be improved by optimization". Here
a row's strength is lowered until dlib's identity distance from the calm face is within a limit.
"""

import dataclasses
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from emotion.emotion import EMOTION_COEFFICIENT, Emotion
from encoder.faces.identity import describe_face, identity_distance
from encoder.faces.landmarks import CLOSE_UP_DETECTION_SIZE, detect_faces
from stylegan_tf.errors import InputError
from synthesis.keyframes import make_keyframe
from synthesis.masks import LayerMask
from synthesis.rendering import render_frames
from synthesis.timeline import EmotionTimeline, TimelineRow

if TYPE_CHECKING:
    from stylegan_tf.generator import Generator


def limit_timeline(
    generator: "Generator",
    latent: np.ndarray,
    directions: Mapping[Emotion, np.ndarray],
    timeline: EmotionTimeline,
    max_distance: float,
    mask: LayerMask = LayerMask("emotion"),  # noqa: B008 - frozen
    coefficient: float = EMOTION_COEFFICIENT,
    detector: str = "cnn",
) -> EmotionTimeline:
    """The timeline with strengths lowered until every keyframe is within `max_distance`.

    Args:
      generator: draws the faces.
      latent: float32 `[L, 512]`, the calm face.
      directions, mask, coefficient: see `make_keyframe`.
      timeline: the strengths wanted; none grows.
      detector: what finds the face, see `encoder.detect_faces`.
      max_distance: the limit of dlib's distance; a picture without a face counts as beyond it.

    Raises:
      InputError: no face is found in the calm picture, or the limit is not positive.
    """
    calm = _describe(generator, latent, detector)
    if calm is None:
        raise InputError("dlib finds no face in the calm picture; identity cannot be measured")
    found: dict[tuple, float] = {}

    def limit(row: TimelineRow) -> TimelineRow:
        if row.is_calm:
            return row
        sign = -1.0 if row.strength < 0 else 1.0
        key = (tuple(sorted(row.emotions.items())), row.strength)

        def distance(strength: float) -> float:
            strengths = {e: share * sign * strength for e, share in row.emotions.items()}
            keyframe = make_keyframe(latent, directions, strengths, mask, coefficient)
            descriptor = _describe(generator, keyframe, detector)
            return np.inf if descriptor is None else float(identity_distance(descriptor, calm))

        if key not in found:
            found[key] = sign * search_strength(distance, max_distance, abs(row.strength))
        return dataclasses.replace(row, strength=found[key])

    return EmotionTimeline(tuple(limit(row) for row in timeline.rows))


def _describe(generator: "Generator", latent: np.ndarray, detector: str) -> np.ndarray | None:
    (picture,) = render_frames(generator, [latent[None]], 1)
    faces = detect_faces(picture, detector, CLOSE_UP_DETECTION_SIZE)
    return describe_face(picture, faces[0]) if faces else None


def search_strength(
    distance: Callable[[float], float],
    max_distance: float,
    max_strength: float = 1.0,
    tolerance: float = 0.01,
) -> float:
    """The largest strength whose face is still the same person.

    Thesis 3.9: the fixed coefficient "can be improved by optimization". Goes up from 0 in eight
    steps to the first strength that exceeds the limit, since the distance need not grow evenly, and
    halves the last step until it is shorter than `tolerance`.

    Args:
      distance: strength → identity distance from the calm face.
      max_distance: the limit; dlib calls two faces the same person below 0.6.
      max_strength: the strength wanted; the answer if its distance is within the limit all the way.
      tolerance: how near to the limit, in strength.

    Returns:
      A strength in [0, max_strength] whose distance was measured to be within the limit (0, the
      face itself, needs no measuring).

    Raises:
      InputError: the limit or the wanted strength is not positive.
    """
    if not max_distance > 0:
        raise InputError(f"max_identity_distance is {max_distance}; it must be positive")
    if not max_strength > 0:
        raise InputError(f"the strength to search up to is {max_strength}; it must be positive")
    within = 0.0
    for strength in np.linspace(0, max_strength, 9)[1:]:
        if distance(float(strength)) > max_distance:
            beyond = float(strength)
            break
        within = float(strength)
    else:
        return within
    while beyond - within > tolerance:
        middle = (within + beyond) / 2
        if distance(middle) > max_distance:
            beyond = middle
        else:
            within = middle
    return within
