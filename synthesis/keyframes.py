"""Keyframes: a latent plus emotion directions, under a mask (thesis 3.9 and 4.4)."""

import functools
from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from emotion.emotion import EMOTION_COEFFICIENT, Emotion
from emotion.sequences.sequence import SequenceRow
from stylegan_tf.errors import InputError
from stylegan_tf.numbers import check_values
from synthesis.masks import LayerMask
from synthesis.timeline import EmotionTimeline

_KEPT = 64  # keyframes made lately, 36 KiB each at 1024 × 1024


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


class TimelineKeyframes:
    """The keyframes of a timeline, made when asked for: of a million rows none waits in memory.

    Args:
      latent, directions, mask, coefficient: see `make_keyframe`.
      timeline: its rows are the keyframes.
      loop: whether the first one comes again at the end.

    Raises:
      InputError: a direction is missing or does not fit, or a keyframe has numbers beyond 1e6.
    """

    def __init__(
        self,
        latent: np.ndarray,
        directions: Mapping[Emotion, np.ndarray],
        timeline: EmotionTimeline,
        mask: LayerMask = LayerMask("emotion"),  # noqa: B008 - frozen
        coefficient: float = EMOTION_COEFFICIENT,
        loop: bool = False,
    ) -> None:
        self._rows = timeline.rows
        self._count = len(timeline.rows) + loop

        @functools.lru_cache(_KEPT)
        def make(strengths: tuple[tuple[Emotion, float], ...]) -> np.ndarray:
            return make_keyframe(latent, directions, dict(strengths), mask, coefficient)

        self._make = make
        for strengths in self._extremes():
            make(strengths)

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, number: int) -> np.ndarray:
        return self._make(_strengths(self._rows[number % len(self._rows)]))

    def _extremes(self) -> Iterator[tuple[tuple[Emotion, float], ...]]:
        """For each mixture of emotions the strongest row; what is wrong shows in these."""
        most: dict[tuple[Emotion, ...], tuple[float, SequenceRow]] = {}
        for row in {id(row): row for row in self._rows}.values():
            size = abs(row.strength) * max(map(abs, row.emotions.values()))
            key = tuple(row.emotions)
            if key not in most or size > most[key][0]:
                most[key] = size, row
        for _, row in most.values():
            yield _strengths(row)


def _strengths(row: SequenceRow) -> tuple[tuple[Emotion, float], ...]:
    return tuple((emotion, share * row.strength) for emotion, share in row.emotions.items())


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
    keyframes = TimelineKeyframes(latent, directions, timeline, mask, coefficient, loop)
    return np.stack([keyframes[number] for number in range(len(keyframes))])


def needed_emotions(timelines: Iterable[EmotionTimeline]) -> list[Emotion]:
    """The emotions for which timelines need directions, in the enum's order."""
    emotions = {e for timeline in timelines for row in timeline.rows for e in row.emotions}
    return sorted(emotions - {Emotion.CALM})
