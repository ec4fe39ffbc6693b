"""Sequences for the model: changes of clips, from label or sequence files (thesis 3.6)."""

import os
import pathlib
from collections.abc import Iterable, Sequence

from absl import logging

from emotion.emotion import Emotion
from emotion.labelling.label_files import read_labels
from emotion.sequences.changes import keep_changes
from emotion.sequences.files import read_sequence
from emotion.sequences.sequence import row_emotions
from emotion.sequences.smoothing import smooth_labels
from stylegan_tf.errors import InputError
from stylegan_tf.files.tables import read_rows


def find_sequence_files(paths: Iterable[str]) -> list[pathlib.Path]:
    """Expands folders to the .csv and .json files in them, sorted.

    Raises:
        InputError: a path does not exist, or a folder holds no such file.
    """
    found = []
    for path in map(pathlib.Path, paths):
        if path.is_dir():
            files = sorted(p for p in path.iterdir() if p.suffix.lower() in (".csv", ".json"))
            if not files:
                raise InputError(f"{path} holds no .csv or .json file")
            found += files
        elif path.is_file():
            found.append(path)
        else:
            raise InputError(f"{path} does not exist")
    return found


def read_changes(path: str | os.PathLike, window: int = 1, minimum_dwell: int = 1) -> list[Emotion]:
    """The emotions of a clip, changes only, from a label file or a sequence file.

    Args:
        path: CSV of labels (it has a column `frame`), or a sequence as CSV or JSON.
        window, minimum_dwell: as for `smooth_labels`; they concern label files only, since a
            sequence has no frames.

    Raises:
        InputError: there is no such file, or it is neither.
    """
    if not pathlib.Path(path).is_file():
        raise InputError(f"{path}: no such file")
    if pathlib.Path(path).suffix.lower() == ".csv":
        _, header = next(read_rows(path), (0, []))
        if "frame" in header:
            labels = read_labels(path).emotions
            return keep_changes(smooth_labels(labels, window, minimum_dwell))
    return keep_changes(row_emotions(read_sequence(path)))


def read_clips(
    paths: Sequence[pathlib.Path], smoothing_window: int = 1, minimum_dwell: int = 1
) -> list[list[Emotion]]:
    """One sequence of changes a file.

    A file with fewer than two emotions teaches nothing: it is left out, and the log says so.
    """
    clips = []
    for path in paths:
        emotions = read_changes(path, smoothing_window, minimum_dwell)
        if len(emotions) < 2:
            logging.warning("%s has %d emotion(s): left out", path, len(emotions))
        else:
            clips.append(emotions)
    return clips
