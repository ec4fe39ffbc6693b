"""A study on disk: which pairs of videos are shown, and which model made which.

study.json      the pairs and who made what; never shown to those who answer
videos/         the clips, all of one size, under names that say nothing
answers.sqlite  what was answered
"""

import dataclasses
import os
import pathlib
import random
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from encoder.clips.decoding import open_clip
from encoder.clips.reading import read_frames
from encoder.images import resize_image
from stylegan_tf.errors import InputError
from stylegan_tf.files.json_files import read_json, write_json
from synthesis.video.format import FPS
from synthesis.video.writing import write_video

CHOICES = ("left", "right", "neither")
CHECK = "attention check"  # stands for a model: one of the two videos is in pieces
VIDEO_NAME = re.compile(r"[0-9a-f]{16}\.mp4")
PAIR_NAME = re.compile(r"[0-9a-f]{12}")
_TILES = 8  # a check's spoilt video is cut into 8×8 tiles, put back in another order
_FORM = 1


@dataclasses.dataclass(frozen=True)
class StudyPair:
    """Two videos beside each other.

    Attributes:
      name: 12 hexadecimal digits.
      left, right: file names in the study's folder `videos`.
      left_model, right_model: what made them. In an attention check one is `CHECK`, the video in
        pieces; the other is right.
    """

    name: str
    left: str
    right: str
    left_model: str
    right_model: str

    @property
    def is_check(self) -> bool:
        """Whether it is an attention check."""
        return CHECK in (self.left_model, self.right_model)

    def chosen_model(self, choice: str) -> str | None:
        """What made the video that was chosen; None for "neither"."""
        return {"left": self.left_model, "right": self.right_model, "neither": None}[choice]


@dataclasses.dataclass(frozen=True)
class Study:
    """A study's pairs.

    Attributes:
      folder: where it lies.
      models: the names of the models; the first is compared with each of the others.
      pairs: in no particular order.
      size: side of the videos, in pixels.
      question: what is asked.
    """

    folder: pathlib.Path
    models: tuple[str, ...]
    pairs: tuple[StudyPair, ...]
    size: int
    question: str = "Which video looks more realistic?"

    @property
    def videos(self) -> pathlib.Path:
        """The folder of the videos."""
        return self.folder / "videos"

    @property
    def answers(self) -> pathlib.Path:
        """The file of the answers, whether it is there or not."""
        return self.folder / "answers.sqlite"

    def pair(self, name: str) -> StudyPair | None:
        """The pair of that name, or None."""
        return next((pair for pair in self.pairs if pair.name == name), None)


def plan_pairs(
    clips: Mapping[str, Sequence[pathlib.Path]], pairs: int, checks: int, seed: int
) -> tuple[list[StudyPair], dict[str, tuple[pathlib.Path, bool]]]:
    """Draws which clips are compared, and on which side each stands.

    Every model after the first meets the first in `pairs` pairs, half of them (rounded at random)
    on the left. Clips are used evenly.

    Args:
      clips: model → its clips; the first model is compared with each of the others.
      pairs: comparisons of each two models.
      checks: attention checks: a clip of the first model beside the same clip in pieces.
      seed: of everything that is drawn.

    Returns:
      The pairs, and name of each video → (the clip it is made from, whether it is in pieces).

    Raises:
      InputError: fewer than two models, a model without clips, or a wrong number.
    """
    models = list(clips)
    if len(models) < 2:
        raise InputError("a study needs two models at least, ours first")
    if CHECK in models:
        raise InputError(f"no model can be called {CHECK!r}")
    for model, found in clips.items():
        if not found:
            raise InputError(f"the model {model} has no clips")
    if pairs < 1 or checks < 0:
        raise InputError(f"pairs must be 1 or more and checks 0 or more, not {pairs} and {checks}")
    drawn = random.Random(seed)
    sources: dict[str, tuple[pathlib.Path, bool]] = {}
    names: dict[tuple[pathlib.Path, bool], str] = {}

    def video(clip: pathlib.Path, spoilt: bool = False) -> str:
        if (clip, spoilt) not in names:
            names[clip, spoilt] = f"{drawn.getrandbits(64):016x}.mp4"
            sources[names[clip, spoilt]] = (clip, spoilt)
        return names[clip, spoilt]

    def evenly(found: Sequence[pathlib.Path], count: int) -> list[pathlib.Path]:
        rounds = [drawn.sample(list(found), len(found)) for _ in range(-(-count // len(found)))]
        return [clip for one in rounds for clip in one][:count]

    def sides(count: int) -> list[bool]:
        half = count // 2 + (count % 2 and drawn.randrange(2))
        return drawn.sample([True] * half + [False] * (count - half), count)

    planned = []
    ours = evenly(clips[models[0]], pairs * (len(models) - 1) + checks)
    meetings = [
        (model, video(clip)) for model in models[1:] for clip in evenly(clips[model], pairs)
    ]
    first = [video(clip) for clip in ours[: len(meetings)]]
    lefts = [left for _ in models[1:] for left in sides(pairs)]
    for clip in ours[len(meetings) :]:
        first.append(video(clip))
        meetings.append((CHECK, video(clip, spoilt=True)))
    lefts += sides(checks)
    for own, (model, other), left in zip(first, meetings, lefts, strict=True):
        both = [(own, models[0]), (other, model)][:: 1 if left else -1]
        name = f"{drawn.getrandbits(48):012x}"
        planned.append(StudyPair(name, both[0][0], both[1][0], both[0][1], both[1][1]))
    drawn.shuffle(planned)
    return planned, sources


def make_study(
    folder: str | os.PathLike[str],
    clips: Mapping[str, Sequence[pathlib.Path]],
    *,
    pairs: int = 10,
    checks: int = 2,
    size: int = 256,
    fps: float = FPS,
    seed: int = 0,
    on_video: Callable[[int], object] | None = None,
) -> Study:
    """Writes a study's videos and key; videos that are there already are kept.

    Args:
      folder: where to.
      clips, pairs, checks, seed: see `plan_pairs`.
      size: side of all videos, in pixels, even: larger ones are reduced, smaller ones enlarged,
        so that size does not tell which is which. Other than square ones get black bars.
      fps: frames a second of clips that are folders of frames; videos keep their own.
      on_video: called after each video with the number of videos.

    Raises:
      InputError: a wrong argument or clip, or another study is in the folder.
    """
    if size < 16 or size % 2:
        raise InputError(f"size must be an even number of pixels, 16 or more, not {size}")
    planned, sources = plan_pairs(clips, pairs, checks, seed)
    study = Study(pathlib.Path(folder), tuple(clips), tuple(planned), size)
    key = study.folder / "study.json"
    if key.exists() and load_study(folder) != study:
        raise InputError(f"{folder} holds another study; give another folder")
    for name, (clip, spoilt) in sources.items():
        path = study.videos / name
        if not path.exists():
            rate = fps if clip.is_dir() else open_clip(clip).fps
            order = random.Random(name).sample(range(_TILES**2), _TILES**2) if spoilt else None
            write_video(path, (_fit(frame, size, order) for frame in read_frames(clip)), rate)
        if on_video is not None:
            on_video(len(sources))
    record = {
        "form": _FORM,
        "question": study.question,
        "models": study.models,
        "size": size,
        "seed": seed,
        "pairs": [dataclasses.asdict(pair) for pair in planned],
        "videos": {name: str(clip) for name, (clip, _) in sources.items()},
    }
    write_json(key, record)
    return study


def load_study(folder: str | os.PathLike[str]) -> Study:
    """Reads the key of a study.

    Raises:
      InputError: there is none, or it is damaged.
    """
    key = pathlib.Path(folder) / "study.json"
    if not key.is_file():
        raise InputError(f"{folder} holds no study: there is no {key}; make one first")
    try:
        record: Any = read_json(key)
        pairs = tuple(StudyPair(**pair) for pair in record["pairs"])
        sound = record["form"] == _FORM and all(
            PAIR_NAME.fullmatch(pair.name)
            and VIDEO_NAME.fullmatch(pair.left)
            and VIDEO_NAME.fullmatch(pair.right)
            for pair in pairs
        )
        if not sound:
            raise ValueError
        models = tuple(str(model) for model in record["models"])
        return Study(key.parent, models, pairs, int(record["size"]), str(record["question"]))
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        raise InputError(f"{key} is damaged or of another version; make the study anew") from None


def _fit(frame: np.ndarray, size: int, order: Sequence[int] | None) -> np.ndarray:
    """A frame in a square of `size`, with black bars; its tiles in `order` if there is one."""
    height, width = frame.shape[:2]
    scale = size / max(height, width)
    height, width = max(round(height * scale), 1), max(round(width * scale), 1)
    top, left = (size - height) // 2, (size - width) // 2
    square = np.zeros((size, size, 3), np.uint8)
    square[top : top + height, left : left + width] = resize_image(frame, width, height)
    if order is None:
        return square
    side = size // _TILES
    tiles = [
        square[side * row : side * (row + 1), side * column : side * (column + 1)]
        for row in range(_TILES)
        for column in range(_TILES)
    ]
    spoilt = square.copy()
    for place, tile in enumerate(order):
        row, column = divmod(place, _TILES)
        spoilt[side * row : side * (row + 1), side * column : side * (column + 1)] = tiles[tile]
    return spoilt
