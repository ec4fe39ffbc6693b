"""Timelines: which emotion a video shows, how strongly and for how long."""

import dataclasses
import os
from collections.abc import Callable, Iterable, Iterator, Mapping

import numpy as np

from emotion.emotion import Emotion
from emotion.sequences.files import read_sequence, write_sequence
from emotion.sequences.sequence import SequenceError, SequenceRow, make_rows
from stylegan_tf.numbers import MAX_FPS, MIN_FPS
from synthesis.schedule import FRAMES_BETWEEN, Schedule

# A keyframe of a timeline is a row of a sequence.
TimelineRow = SequenceRow
TimelineError = SequenceError
_LABELLED = 4096  # frames at a time


@dataclasses.dataclass(frozen=True)
class EmotionTimeline:
    """The keyframes of a video in order: a tuple of `TimelineRow`, any length.

    Raises:
      TimelineError: it is empty.
    """

    rows: tuple[TimelineRow, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "rows", tuple(self.rows))
        if not self.rows:
            raise TimelineError("a timeline needs at least one emotion")

    def __len__(self) -> int:
        return len(self.rows)

    @classmethod
    def parse(cls, text: str) -> "EmotionTimeline":
        """Reads rows separated by commas: `calm,happiness:0.5@2,fear+sadness`."""
        return cls(tuple(TimelineRow.parse(part) for part in text.split(",") if part.strip()))

    @classmethod
    def from_emotions(cls, emotions: Iterable[Emotion | int]) -> "EmotionTimeline":
        """A plain list, such as the LSTM's prediction."""
        return cls(tuple(make_rows(emotions)))

    @classmethod
    def read(cls, path: str | os.PathLike) -> "EmotionTimeline":
        """Reads a sequence file: see `emotion.sequences.files.read_sequence`.

        Raises:
          TimelineError: no such file, another format, or a wrong entry, with its line or row.
        """
        return cls(tuple(read_sequence(path)))

    def write(self, path: str | os.PathLike) -> None:
        """Writes the sequence file, .csv or .json, that `read` reads."""
        write_sequence(path, self.rows)

    def starting_calm(self) -> "EmotionTimeline":
        """The same, from the face itself: a calm row goes first unless one is there already."""
        if self.rows[0].is_calm:
            return self
        return EmotionTimeline((TimelineRow({Emotion.CALM: 1.0}), *self.rows))

    def scaled(self, strengths: Mapping[Emotion, float]) -> "EmotionTimeline":
        """The same with the shares of some emotions multiplied: per-emotion strengths."""
        if not strengths:
            return self
        return self._changed(
            lambda row: dataclasses.replace(
                row, emotions={e: x * strengths.get(e, 1.0) for e, x in row.emotions.items()}
            )
        )

    def timed(self, seconds: float | None = None, hold: float | None = None) -> "EmotionTimeline":
        """The same with times for the rows that say none.

        Args:
          seconds: for each row but the first, which is where the video starts.
          hold: for every row.
        """
        if seconds is None and hold is None:
            return self

        def change(row: TimelineRow) -> TimelineRow:
            return dataclasses.replace(
                row,
                seconds=seconds if row.seconds is None else row.seconds,
                hold=hold if hold is not None and not row.hold else row.hold,
            )

        first = self.rows[0]
        if hold is not None and not first.hold:
            first = dataclasses.replace(first, hold=hold)
        return EmotionTimeline((first, *self._changed(change).rows[1:]))

    def _changed(self, change: Callable[[TimelineRow], TimelineRow]) -> "EmotionTimeline":
        """Every row changed; rows that are one object stay one, and so long timelines small."""
        done: dict[int, TimelineRow] = {}
        for row in self.rows:
            if id(row) not in done:
                done[id(row)] = change(row)
        return EmotionTimeline(tuple(done[id(row)] for row in self.rows))

    def schedule(
        self, fps: float, frames_between: int = FRAMES_BETWEEN, loop: bool = False
    ) -> Schedule:
        """The frames at which each keyframe is reached and left.

        Times add up before they are rounded, so a long video does not drift.

        Args:
          fps: frames per second.
          frames_between: in-between frames on the way to a row without `seconds`.
          loop: append the way back to the first row, with `frames_between` frames between.

        Raises:
          TimelineError: a row's transition takes less than one frame.
        """
        if not MIN_FPS <= fps <= MAX_FPS:
            raise TimelineError(f"fps is {fps}; it must be from {MIN_FPS:g} to {MAX_FPS:g}")
        if frames_between < 0:
            raise TimelineError(f"frames_between is {frames_between}; it must be 0 or more")
        first = self.rows[0]
        hold = first.hold if first.seconds is None else first.seconds
        now = hold * fps
        arrivals, departures = [0], [round(now)]
        for number, row in enumerate(self.rows[1:], 2):
            if row.seconds is None:
                reached = now + frames_between + 1
                now = reached + row.hold * fps
            else:
                reached = now + (row.seconds - row.hold) * fps
                now = now + row.seconds * fps
            if round(reached) <= departures[-1]:
                raise TimelineError(
                    f"row {number} ({row.label}) leaves less than one frame for its transition at "
                    f"{fps:g} frames per second; give it more seconds or a shorter hold"
                )
            arrivals.append(round(reached))
            departures.append(round(now))
        if loop:
            arrivals.append(round(now + frames_between + 1))
            departures.append(arrivals[-1])
        return Schedule(tuple(arrivals), tuple(departures), loop)

    def labels(self, schedule: Schedule) -> Iterator[str]:
        """Yields for each frame what its face shows or is turning to, for burning in."""
        last = len(schedule.arrivals) - 1
        for first in range(0, schedule.num_frames, _LABELLED):
            frames = np.arange(first, min(first + _LABELLED, schedule.num_frames))
            start = schedule.segment(frames)
            shown = np.minimum(start + (frames > schedule.left[start]), last)
            yield from (self.rows[k % len(self.rows)].label for k in shown)
