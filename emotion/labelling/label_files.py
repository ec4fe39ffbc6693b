"""Label files: the emotion of every frame of a clip, as CSV (thesis 3.5)."""

import dataclasses
import os
import pathlib

import numpy as np
import pandas as pd

from emotion.emotion import Emotion
from stylegan_tf.errors import InputError
from stylegan_tf.files.tables import float_columns, int_column, read_table
from stylegan_tf.files.whole_files import write_atomically

LABEL_COLUMNS = ("frame", "seconds", "emotion", *(emotion.label for emotion in Emotion))


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
    if not pathlib.Path(path).exists():
        raise InputError(f"{path}: no such file")
    table = read_table(path, LABEL_COLUMNS)
    emotions = []
    for line, name in zip(table.index, table["emotion"], strict=True):
        try:
            emotions.append(Emotion.from_name(name[:40]))
        except ValueError as error:
            raise InputError(f"{path}, line {line}: {error}") from None
    return ClipLabels(
        frames=int_column(table, "frame", path),
        seconds=float_columns(table, ["seconds"], path, 0)[:, 0],
        emotions=emotions,
        probabilities=float_columns(table, LABEL_COLUMNS[3:], path, 0, 1.001).astype(np.float32),
    )
