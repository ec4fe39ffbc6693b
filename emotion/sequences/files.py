"""Emotion labels of a clip, and what is left of them when only the changes are kept.

Thesis 3.6: the sequence model reads "a sequence of integers which represent emotions that require
preprocessing to keep only emotion changes".
"""

import csv
import dataclasses
import json
import os
import pathlib
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from emotion.emotion import Emotion
from stylegan_tf.errors import InputError
from stylegan_tf.files import write_atomically

LABEL_COLUMNS = ("frame", "seconds", "emotion", *(emotion.label for emotion in Emotion))


@dataclasses.dataclass(frozen=True)
class Run:
    """`length` equal labels in a row, from index `start` on."""

    emotion: Emotion
    start: int
    length: int


@dataclasses.dataclass(frozen=True)
class ClipLabels:
    """The labelled frames of a clip; frames without a face are missing.

    Attributes:
        frames: int `[n]`, increasing, counted from 0 in the clip.
        seconds: float `[n]`, time from the start of the clip.
        emotions: the label of every frame.
        probabilities: float32 `[n, 7]` in `Emotion` order.
    """

    frames: np.ndarray
    seconds: np.ndarray
    emotions: list[Emotion]
    probabilities: np.ndarray


def smooth_labels(labels: Sequence[int], window: int = 1, minimum_dwell: int = 1) -> list[Emotion]:
    """Removes flicker from per-frame labels.

    Args:
        labels: emotion of every frame.
        window: odd number of frames; each label becomes the commonest of those around it (of
            equally common ones its own, else the lowest number). 1 leaves the labels alone.
        minimum_dwell: a run shorter than this many frames takes the emotion before it; such runs
            at the very start take the first emotion that lasts. 1 leaves the labels alone. When no
            run lasts long enough, all frames take the commonest emotion.

    Raises:
        InputError: `window` is even, or a number is less than 1.
    """
    if window < 1 or window % 2 == 0:
        raise InputError(f"the smoothing window is {window} frames; use an odd number, 1 for none")
    if minimum_dwell < 1:
        raise InputError(f"the minimum dwell is {minimum_dwell} frames; use 1 for none")
    values = np.asarray(labels, dtype=np.int64)
    if len(values) == 0:
        return []
    if window > 1:
        one_hot = np.eye(len(Emotion), dtype=np.int64)[values]
        sums = np.concatenate([np.zeros_like(one_hot[:1]), one_hot.cumsum(axis=0)])
        index = np.arange(len(values))
        first = np.maximum(index - window // 2, 0)
        last = np.minimum(index + window // 2 + 1, len(values))
        votes = 2 * (sums[last] - sums[first])
        votes[index, values] += 1  # a tie is decided for the frame's own label
        values = votes.argmax(axis=1)
    if minimum_dwell > 1:
        values = _drop_short_runs(values, minimum_dwell)
    return [Emotion(value) for value in values]


def find_runs(labels: Sequence[int]) -> list[Run]:
    """The runs of equal labels, in order."""
    values = np.asarray(labels, dtype=np.int64)
    if len(values) == 0:
        return []
    starts = np.concatenate([[0], np.flatnonzero(values[1:] != values[:-1]) + 1])
    lengths = np.diff(np.append(starts, len(values)))
    return [
        Run(Emotion(values[start]), int(start), int(length))
        for start, length in zip(starts, lengths, strict=True)
    ]


def keep_changes(labels: Sequence[int]) -> list[Emotion]:
    """Labels with every run of equal ones reduced to one (thesis 3.6)."""
    return [run.emotion for run in find_runs(labels)]


def count_transitions(sequences: Iterable[Sequence[int]]) -> np.ndarray:
    """How often each emotion follows each: int `[7, 7]`, row = from, column = to."""
    counts = np.zeros((len(Emotion), len(Emotion)), np.int64)
    for sequence in sequences:
        values = np.asarray(sequence, dtype=np.int64)
        np.add.at(counts, (values[:-1], values[1:]), 1)
    return counts


def transition_matrix(sequences: Iterable[Sequence[int]]) -> np.ndarray:
    """Share of each next emotion: float64 `[7, 7]`; rows sum to 1, or 0 if never left."""
    counts = count_transitions(sequences).astype(np.float64)
    return counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)


def timed_changes(
    labels: Sequence[int], seconds: Sequence[float]
) -> tuple[list[Emotion], list[float]]:
    """The changes of a clip, and how long each emotion lasts, in seconds.

    A run lasts until the next one begins, whatever frames without a face lie between; the last one
    until the last label, and for one more mean distance between labels.
    """
    runs = find_runs(labels)
    if not runs:
        return [], []
    seconds = np.asarray(seconds, np.float64)
    spacing = (seconds[-1] - seconds[0]) / max(len(seconds) - 1, 1)
    times = [seconds[run.start] for run in runs] + [seconds[-1] + spacing]
    return [run.emotion for run in runs], np.diff(times).tolist()


def summarise(labels: ClipLabels, window: int = 1, minimum_dwell: int = 1) -> dict:
    """What there is to say about a clip's labels, for a JSON file.

    Frames by emotion before smoothing; runs, their mean and longest time, the changes, and the
    counts of transitions after it.
    """
    smooth = smooth_labels(labels.emotions, window, minimum_dwell)
    emotions, seconds = timed_changes(smooth, labels.seconds)
    by_emotion = {}
    for emotion in Emotion:
        times = [time for other, time in zip(emotions, seconds, strict=True) if other == emotion]
        by_emotion[emotion.label] = {
            "frames": labels.emotions.count(emotion),
            "runs": len(times),
            "mean_seconds": round(float(np.mean(times)), 4) if times else None,
            "longest_seconds": round(max(times), 4) if times else None,
        }
    return {
        "faces": len(labels.emotions),
        "smoothing_window": window,
        "minimum_dwell": minimum_dwell,
        "emotions": by_emotion,
        "changes": [int(emotion) for emotion in emotions],
        "transitions": count_transitions([emotions]).tolist(),
    }


def write_labels(path: str | os.PathLike, labels: ClipLabels) -> None:
    """Writes the CSV of a clip's labels: frame, seconds, emotion, one probability a column."""
    table = pd.DataFrame(
        labels.probabilities, columns=[emotion.label for emotion in Emotion], dtype=np.float32
    ).round(6)
    table.insert(0, "frame", np.asarray(labels.frames, np.int64))
    table.insert(1, "seconds", np.round(np.asarray(labels.seconds, np.float64), 6))
    table.insert(2, "emotion", [Emotion(value).label for value in labels.emotions])
    with write_atomically(path) as temporary:
        table.to_csv(temporary, index=False)


def read_labels(path: str | os.PathLike) -> ClipLabels:
    """Reads the CSV that `write_labels` writes.

    Raises:
        InputError: the file is missing or of another form.
    """
    try:
        table = pd.read_csv(path)
    except FileNotFoundError:
        raise InputError(f"{path}: no such file") from None
    except (ValueError, UnicodeDecodeError) as error:
        raise InputError(f"{path} is not a CSV file: {error}") from None
    missing = [column for column in LABEL_COLUMNS if column not in table.columns]
    if missing:
        raise InputError(f"{path} lacks the columns {', '.join(missing)} of an emotion label file")
    try:
        return ClipLabels(
            frames=table["frame"].to_numpy(np.int64),
            seconds=table["seconds"].to_numpy(np.float64),
            emotions=[Emotion.from_name(str(name)) for name in table["emotion"]],
            probabilities=table[list(LABEL_COLUMNS[3:])].to_numpy(np.float32),
        )
    except ValueError as error:
        raise InputError(f"{path}: {error}") from None


def write_sequence(
    path: str | os.PathLike, emotions: Iterable[int], seconds: Sequence[float] | None = None
) -> None:
    """Writes a sequence, one emotion a row, as CSV or JSON by the suffix of `path`.

    Args:
        path: where to; `synthesis.EmotionTimeline.read` reads it.
        emotions: the sequence.
        seconds: how long each lasts, if that is known.

    Raises:
        InputError: the suffix is neither .csv nor .json.
    """
    suffix = _suffix(path)
    rows = [{"emotion": Emotion(emotion).label} for emotion in emotions]
    if seconds is not None:
        for row, duration in zip(rows, seconds, strict=True):
            row["seconds"] = round(float(duration), 6)
    with write_atomically(path) as temporary, open(temporary, "w", newline="") as file:
        if suffix == ".json":
            file.write("[\n" + ",\n".join("  " + json.dumps(row) for row in rows) + "\n]\n")
        else:
            columns = ["emotion"] if seconds is None else ["emotion", "seconds"]
            writer = csv.DictWriter(file, columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


def read_sequence(path: str | os.PathLike) -> list[Emotion]:
    """Reads the emotions of a sequence file; how long each lasts is the timeline's concern.

    CSV: a header with a column `emotion`, one row each. JSON: a list of emotions, or of objects
    with the key `emotion`. Emotions are names in any usual vocabulary or the integers 0 to 6.

    Raises:
        InputError: the file is missing, empty or of another form; the message names the row.
    """
    suffix = _suffix(path)
    try:
        text = pathlib.Path(path).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError(f"{path}: no such file") from None
    except UnicodeDecodeError:
        raise InputError(f"{path} is not a text file") from None
    names = _json_names(path, text) if suffix == ".json" else _csv_names(path, text)
    if not names:
        raise InputError(f"{path} holds no emotion")
    emotions = []
    for number, name in enumerate(names, start=1):
        try:
            emotions.append(parse_emotion(name))
        except InputError as error:
            raise InputError(f"{path}, row {number}: {error}") from None
    return emotions


def parse_emotion(text: str | int) -> Emotion:
    """An emotion by its name in any usual vocabulary, or by its number 0 to 6.

    Raises:
        InputError: there is no such emotion.
    """
    text = str(text).strip()
    if not text.isdecimal():
        return Emotion.from_name(text)
    if int(text) >= len(Emotion):
        raise InputError(f"emotion {text} is not one of 0 to {len(Emotion) - 1}")
    return Emotion(int(text))


def read_changes(path: str | os.PathLike, window: int = 1, minimum_dwell: int = 1) -> list[Emotion]:
    """The emotions of a clip, changes only, from a label file or a sequence file.

    Args:
        path: CSV of labels (it has a column `frame`), or a sequence as CSV or JSON.
        window, minimum_dwell: as for `smooth_labels`; they concern label files only, since a
            sequence has no frames.
    """
    if _suffix(path) == ".csv" and pathlib.Path(path).is_file():
        with open(path, encoding="utf-8-sig", errors="replace") as file:
            header = file.readline().strip().split(",")
        if "frame" in header:
            labels = read_labels(path).emotions
            return keep_changes(smooth_labels(labels, window, minimum_dwell))
    return keep_changes(read_sequence(path))


def _drop_short_runs(values: np.ndarray, minimum: int) -> np.ndarray:
    result = values.copy()
    current = None
    for run in find_runs(values):
        if run.length >= minimum:
            if current is None:
                result[: run.start] = run.emotion
            current = run.emotion
        elif current is not None:
            result[run.start : run.start + run.length] = current
    if current is None:
        result[:] = np.bincount(values).argmax()
    return result


def _suffix(path: str | os.PathLike) -> str:
    suffix = pathlib.Path(path).suffix.lower()
    if suffix not in (".csv", ".json"):
        raise InputError(f"{path}: an emotion sequence is a .csv or a .json file")
    return suffix


def _json_names(path: str | os.PathLike, text: str) -> list:
    try:
        rows = json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(f"{path} is not JSON: {error}") from None
    if not isinstance(rows, list):
        raise InputError(f"{path}: a sequence in JSON is a list of emotions")
    return [row.get("emotion", "") if isinstance(row, dict) else row for row in rows]


def _csv_names(path: str | os.PathLike, text: str) -> list[str]:
    reader = csv.DictReader(text.splitlines())
    if "emotion" not in (reader.fieldnames or []):
        raise InputError(f"{path}: the first line names no column 'emotion'")
    return [row["emotion"] or "" for row in reader]
