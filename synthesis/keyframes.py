"""Keyframes: a latent plus emotion directions, under a mask (thesis 3.9 and 4.4)."""

from collections.abc import Iterable, Mapping

import numpy as np

from emotion.emotion import EMOTION_COEFFICIENT, Emotion
from stylegan_tf.errors import InputError
from stylegan_tf.numbers import check_values
from synthesis.masks import LayerMask
from synthesis.timeline import EmotionTimeline


def make_keyframe(
    latent: np.ndarray,
    directions: Mapping[Emotion, np.ndarray],
    strengths: Mapping[Emotion, float],
    mask: LayerMask = LayerMask("emotion"),  # noqa: B008 - frozen
    coefficient: float = EMOTION_COEFFICIENT,
) -> np.ndarray:
    """`latent + coefficient · Σ strength · direction` where the mask allows it.

    Args:
      latent: float32 `[L, 512]`, the calm face.
      directions: float32 `[L, 512]` for every emotion asked for but calm, which is the face itself.
      strengths: emotion → factor; 1 is the thesis' keyframe, negative goes the other way.
      mask: what may change; the rest stays bit-equal.
      coefficient: the thesis' 8.

    Returns:
      float32 `[L, 512]`.

    Raises:
      InputError: a direction is missing or was learnt for another number of layers.
    """
    latent = np.asarray(latent, np.float32)
    step = np.zeros(latent.shape, np.float64)
    for emotion, strength in strengths.items():
        if emotion == Emotion.CALM:
            continue
        if emotion not in directions:
            raise InputError(f"there is no direction for {emotion.label}")
        direction = np.asarray(directions[emotion])
        if direction.shape != latent.shape:
            raise InputError(
                f"the direction for {emotion.label} has shape {list(direction.shape)}, the latent "
                f"{list(latent.shape)}; learn directions with the same network"
            )
        step += coefficient * strength * direction.astype(np.float64)
    return mask.apply(latent, check_values(latent + step, "the keyframe"))


def make_keyframes(
    latent: np.ndarray,
    directions: Mapping[Emotion, np.ndarray],
    timeline: EmotionTimeline,
    mask: LayerMask = LayerMask("emotion"),  # noqa: B008 - frozen
    coefficient: float = EMOTION_COEFFICIENT,
    loop: bool = False,
) -> np.ndarray:
    """The latents of a timeline's rows: float32 `[K, L, 512]`; with `loop` the first comes again.

    See `make_keyframe`.
    """
    keyframes = [
        make_keyframe(
            latent,
            directions,
            {emotion: share * row.strength for emotion, share in row.emotions.items()},
            mask,
            coefficient,
        )
        for row in timeline.rows
    ]
    return np.stack(keyframes + keyframes[:1] if loop else keyframes)


def needed_emotions(timelines: Iterable[EmotionTimeline]) -> list[Emotion]:
    """The emotions for which timelines need directions, in the enum's order."""
    emotions = {e for timeline in timelines for row in timeline.rows for e in row.emotions}
    return sorted(emotions - {Emotion.CALM})
