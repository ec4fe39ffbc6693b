"""Timelines: which emotion a video shows, how strongly and for how long."""

import csv
import dataclasses
import json
import os
import pathlib
from collections.abc import Iterable, Mapping

import numpy as np

from emotion.emotion import Emotion
from emotion.sequences.files import parse_emotion
from stylegan_tf.errors import InputError
from stylegan_tf.files import write_atomically
from synthesis.interpolation import FRAMES_BETWEEN, Schedule

COLUMNS = ("emotion", "seconds", "strength", "hold")


class TimelineError(InputError):
    """A timeline is written wrongly or cannot be played."""


@dataclasses.dataclass(frozen=True)
class TimelineRow:
    """One keyframe.

    Attributes:
      emotions: what the face shows, each emotion with its share of the coefficient; several at
        once add up. Calm is the face itself and adds nothing.
      seconds: from leaving the keyframe before it to leaving this one; None for the thesis' 32
        in-between frames, whatever the frame rate (then the hold comes on top). In the first row:
        how long the face stays as it starts.
      strength: factor on all shares of this row.
      hold: the last seconds of the row in which the face stays as it is.
    """

    emotions: Mapping[Emotion, float]
    seconds: float | None = None
    strength: float = 1.0
    hold: float = 0.0

    def __post_init__(self):
        if not self.emotions:
            raise TimelineError("a row of a timeline needs an emotion")
        numbers = {"strength": self.strength, "hold": self.hold}
        numbers |= {"seconds": self.seconds} if self.seconds is not None else {}
        numbers |= {f"share of {emotion.label}": x for emotion, x in self.emotions.items()}
        for name, number in numbers.items():
            if not np.isfinite(number):
                raise TimelineError(f"{name} is {number}; it must be a finite number")
        for name in ("seconds", "hold"):
            if numbers.get(name, 0) < 0:
                raise TimelineError(f"{name} is {numbers[name]:g}; time does not run backwards")
        if self.seconds is not None and self.hold > self.seconds:
            raise TimelineError(
                f"hold is {self.hold:g} s of a row that lasts {self.seconds:g} s; make it shorter"
            )

    @classmethod
    def parse(cls, text: str) -> "TimelineRow":
        """Reads `happiness`, `2`, `happiness:0.5`, `fear:0.5+sadness:0.8`, `anger@1.5` (seconds).

        Numbers from 0 to 6 are the thesis' (figure 21).
        """
        names, at, seconds = text.partition("@")
        return cls(
            _parse_emotions(names), _number(seconds, "the seconds after '@'") if at else None
        )

    @property
    def label(self) -> str:
        """`happiness`, `fear+sadness`."""
        return "+".join(emotion.label for emotion in self.emotions)

    @property
    def is_calm(self) -> bool:
        """Whether this is the face itself."""
        return self.strength == 0 or all(
            emotion == Emotion.CALM or share == 0 for emotion, share in self.emotions.items()
        )


@dataclasses.dataclass(frozen=True)
class EmotionTimeline:
    """The keyframes of a video in order: a tuple of `TimelineRow`, any length.

    Raises:
      TimelineError: it is empty.
    """

    rows: tuple[TimelineRow, ...]

    def __post_init__(self):
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
        return cls(tuple(TimelineRow({Emotion(emotion): 1.0}) for emotion in emotions))

    @classmethod
    def read(cls, path: str | os.PathLike) -> "EmotionTimeline":
        """Reads a sequence file.

        CSV: a header with `emotion` and any of `seconds`, `strength`, `hold`; or no header and one
        emotion a line. JSON: a list of names, or of objects with these keys. An empty field is the
        default.

        Raises:
          TimelineError: no such file, another format, or a wrong entry, with its row number.
        """
        path = pathlib.Path(path)
        if not path.is_file():
            raise TimelineError(f"there is no sequence file {path}")
        try:
            text = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError:
            raise TimelineError(f"{path} is not a text file; give CSV or JSON") from None
        if path.suffix.lower() == ".json":
            records = _json_records(text, path)
        elif path.suffix.lower() == ".csv":
            records = _csv_records(text, path)
        else:
            raise TimelineError(f"{path} is neither .csv nor .json")
        rows = []
        for number, record in enumerate(records, 1):
            try:
                rows.append(_row(record))
            except InputError as error:
                raise TimelineError(f"{path}, row {number}: {error}") from None
        if not rows:
            raise TimelineError(f"{path} has no rows")
        return cls(tuple(rows))

    def write(self, path: str | os.PathLike) -> None:
        """Writes the CSV form that `read` reads."""
        with (
            write_atomically(path) as temporary,
            temporary.open("w", newline="", encoding="utf-8") as file,
        ):
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            for row in self.rows:
                names = "+".join(
                    emotion.label if share == 1 else f"{emotion.label}:{share!r}"
                    for emotion, share in row.emotions.items()
                )
                seconds = "" if row.seconds is None else row.seconds
                writer.writerow([names, seconds, row.strength, row.hold])

    def starting_calm(self) -> "EmotionTimeline":
        """The same, from the face itself: a calm row goes first unless one is there already."""
        if self.rows[0].is_calm:
            return self
        return EmotionTimeline((TimelineRow({Emotion.CALM: 1.0}), *self.rows))

    def scaled(self, strengths: Mapping[Emotion, float]) -> "EmotionTimeline":
        """The same with the shares of some emotions multiplied: per-emotion strengths."""
        return EmotionTimeline(
            tuple(
                dataclasses.replace(
                    row, emotions={e: x * strengths.get(e, 1.0) for e, x in row.emotions.items()}
                )
                for row in self.rows
            )
        )

    def timed(self, seconds: float | None = None, hold: float | None = None) -> "EmotionTimeline":
        """The same with times for the rows that say none.

        Args:
          seconds: for each row but the first, which is where the video starts.
          hold: for every row.
        """
        rows = []
        for number, row in enumerate(self.rows):
            if seconds is not None and row.seconds is None and number:
                row = dataclasses.replace(row, seconds=seconds)
            if hold is not None and not row.hold:
                row = dataclasses.replace(row, hold=hold)
            rows.append(row)
        return EmotionTimeline(tuple(rows))

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
        if not (np.isfinite(fps) and fps > 0):
            raise TimelineError(f"fps is {fps}; it must be a positive number")
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

    def labels(self, schedule: Schedule) -> list[str]:
        """For each frame what its face shows or is turning to, for burning in."""
        names = [row.label for row in self.rows]
        names += names[:1] if schedule.loop else []
        frames = np.arange(schedule.num_frames)
        start = schedule.segment(frames)
        leaving = frames > np.array(schedule.departures)[start]
        return [names[k] for k in np.minimum(start + leaving, len(names) - 1)]


def _parse_emotions(text: str) -> dict[Emotion, float]:
    emotions = {}
    for part in text.split("+"):
        name, colon, share = part.strip().partition(":")
        emotion = parse_emotion(name)
        share = _number(share, f"the share of {emotion.label}") if colon else 1.0
        emotions[emotion] = emotions.get(emotion, 0.0) + share
    return emotions


def _number(text: object, what: str) -> float:
    try:
        return float(text)
    except (TypeError, ValueError):
        raise TimelineError(f"{what} is {text!r}, not a number") from None


def _row(record: Mapping[str, object]) -> TimelineRow:
    given = {key: value for key, value in record.items() if value not in (None, "")}
    unknown = sorted(set(given) - set(COLUMNS))
    if unknown:
        raise TimelineError(f"unknown column {unknown[0]!r}; use {', '.join(COLUMNS)}")
    if "emotion" not in given:
        raise TimelineError("the emotion is missing")
    numbers = {key: _number(given[key], key) for key in COLUMNS[1:] if key in given}
    row = TimelineRow.parse(str(given["emotion"]))
    return dataclasses.replace(row, **numbers)


def _csv_records(text: str, path: pathlib.Path) -> list[dict]:
    lines = [line for line in csv.reader(text.splitlines()) if any(x.strip() for x in line)]
    if not lines:
        raise TimelineError(f"{path} is empty")
    header = [field.strip().lower() for field in lines[0]]
    if "emotion" in header:
        lines = lines[1:]
    else:
        header = ["emotion"]
    for number, line in enumerate(lines, 1):
        if len(line) > len(header):
            raise TimelineError(f"{path}, row {number}: {len(line)} fields, {len(header)} columns")
    return [
        {name: field.strip() for name, field in zip(header, line, strict=False)} for line in lines
    ]


def _json_records(text: str, path: pathlib.Path) -> list[dict]:
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        raise TimelineError(f"{path} is not JSON: {error}") from None
    if not isinstance(content, list):
        raise TimelineError(f"{path} must hold a list of emotions")
    return [entry if isinstance(entry, dict) else {"emotion": entry} for entry in content]
