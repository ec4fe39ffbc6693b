"""Emotion videos: one or more faces play a timeline (thesis 3.2, stage 3, and 4.6)."""

import dataclasses
import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from emotion.emotion import EMOTION_COEFFICIENT, Emotion
from stylegan_tf.errors import InputError
from stylegan_tf.numbers import MAX_COEFFICIENT, check_number
from synthesis.interpolation import KINDS, Track
from synthesis.keyframes import TimelineKeyframes
from synthesis.masks import LayerMask
from synthesis.rendering import BATCH_SIZE, render_frames
from synthesis.schedule import FRAMES_BETWEEN, Schedule
from synthesis.timeline import EmotionTimeline
from synthesis.video.format import FPS
from synthesis.video.grids import tile_frames
from synthesis.video.labels import burn_labels

if TYPE_CHECKING:
    from stylegan_tf.generator import Generator
    from synthesis.paste_back import Finish


@dataclasses.dataclass(frozen=True)
class EmotionPlan:
    """How a timeline becomes latents; checked when made, before any network is there.

    Attributes:
      timeline: what to show.
      mask: what of the latent may change.
      coefficient: factor of the directions.
      interpolation: one of `synthesis.interpolation.KINDS`.
      frames_between: in-between frames to a row without seconds.
      fps: frames per second.
      loop: end on the first keyframe.

    Raises:
      InputError: one of these is unusable, or they do not go together.
    """

    timeline: EmotionTimeline
    mask: LayerMask = LayerMask("emotion")  # noqa: RUF009 - frozen
    coefficient: float = EMOTION_COEFFICIENT
    interpolation: str = "linear"
    frames_between: int = FRAMES_BETWEEN
    fps: float = FPS
    loop: bool = False

    def __post_init__(self) -> None:
        if self.interpolation not in KINDS:
            raise InputError(
                f"interpolation {self.interpolation!r} is not one of {', '.join(KINDS)}"
            )
        check_number(self.coefficient, "coefficient", -MAX_COEFFICIENT, MAX_COEFFICIENT)
        _ = self.schedule

    @functools.cached_property
    def schedule(self) -> Schedule:
        """When each keyframe is reached and left."""
        return self.timeline.schedule(self.fps, self.frames_between, self.loop)

    @property
    def num_frames(self) -> int:
        """How many frames the video has."""
        return self.schedule.num_frames

    def track(
        self,
        latent: np.ndarray,
        directions: Mapping[Emotion, np.ndarray],
        timeline: EmotionTimeline | None = None,
    ) -> Track:
        """The latents of a face's whole video.

        Args:
          latent: float32 `[L, 512]`, the calm face.
          directions: float32 `[L, 512]` for each emotion of the timeline.
          timeline: rows with strengths of this face's own (see `limit_timeline`); None for the
            plan's.
        """
        keyframes = TimelineKeyframes(
            latent, directions, timeline or self.timeline, self.mask, self.coefficient, self.loop
        )
        return Track(keyframes, self.schedule, self.interpolation)

    def frame_labels(self) -> Iterator[str]:
        """Yields for each frame the emotion that it shows or turns to."""
        return self.timeline.labels(self.schedule)


def track_frames(
    generator: "Generator",
    tracks: Sequence[Track],
    labels: Iterable[str] | None = None,
    columns: int | None = None,
    batch_size: int = BATCH_SIZE,
    noise: str = "const",
    finishes: "Sequence[Finish | None] | None" = None,
) -> Iterator[np.ndarray]:
    """The frames of one or more faces that move together.

    Args:
      generator: draws them.
      tracks: one for each face; several make a grid (thesis figures 25 to 27).
      labels: a label for each frame to burn in; None for none.
      columns: faces in a row of the grid; None sets them side by side.
      batch_size, noise: see `render_frames`.
      finishes: for each face what to do with its pictures (see `synthesis.paste_back`); None for
        nothing.

    Yields:
      uint8 RGB `[rows · H, columns · W, 3]`.
    """
    clips: list[Iterator[np.ndarray]] = []
    for track, finish in zip(tracks, finishes or [None] * len(tracks), strict=True):
        drawn = render_frames(generator, track.batches(batch_size), batch_size, noise)
        clips.append(drawn if finish is None else map(finish, drawn))
    frames = clips[0] if len(clips) == 1 else tile_frames(clips, columns or len(clips))
    return burn_labels(frames, labels) if labels is not None else frames
