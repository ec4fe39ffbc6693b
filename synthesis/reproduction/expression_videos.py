"""The videos of the comparison: random faces, each with six expressions (thesis 4.8: 35 × 6)."""

import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from emotion.emotion import EMOTION_COEFFICIENT, Emotion
from synthesis.emotion_video import EmotionPlan, track_frames
from synthesis.masks import LayerMask
from synthesis.timeline import EmotionTimeline

if TYPE_CHECKING:
    from stylegan_tf.generator import Generator

FACES = 35  # thesis 4.8
EXPRESSIONS = tuple(emotion for emotion in Emotion if emotion != Emotion.CALM)


class ExpressionVideo(NamedTuple):
    """A video to make: the face's seed and what it comes to show."""

    seed: int
    emotion: Emotion

    @property
    def name(self) -> str:
        """The name of its file, without suffix."""
        return f"seed{self.seed:04d}-{self.emotion.label}"


def expression_videos(seeds: Sequence[int]) -> list[ExpressionVideo]:
    """Every face with every expression."""
    return [ExpressionVideo(seed, emotion) for seed in seeds for emotion in EXPRESSIONS]


def video_frames(
    generator: "Generator",
    video: ExpressionVideo,
    directions: Mapping[Emotion, np.ndarray],
    truncation_psi: float = 0.7,
    mask: LayerMask = LayerMask("emotion"),  # noqa: B008 - frozen
    coefficient: float = EMOTION_COEFFICIENT,
    batch_size: int = 4,
) -> Iterator[np.ndarray]:
    """The frames from calm over the thesis' 32 in-between frames to the expression.

    Args:
      generator: draws them.
      video: whose face, and which expression.
      directions: float32 `[L, 512]` for each emotion.
      truncation_psi: of the random faces.
      mask, coefficient: see `synthesis.keyframes.make_keyframe`.
      batch_size: frames a step of the network.

    Yields:
      uint8 RGB `[H, W, 3]`.
    """
    plan = plan_of(video.emotion, mask, coefficient)
    latent = generator.map(generator.sample_z([video.seed]), truncation_psi=truncation_psi)[0]
    return track_frames(generator, [plan.track(latent, directions)], batch_size=batch_size)


@functools.cache
def plan_of(emotion: Emotion, mask: LayerMask, coefficient: float) -> EmotionPlan:
    """From calm to one emotion, as the thesis does it."""
    timeline = EmotionTimeline.from_emotions([Emotion.CALM, emotion])
    return EmotionPlan(timeline, mask, coefficient)
