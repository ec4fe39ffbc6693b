"""The emotions of a clip, or of faces extracted from one, frame by frame (thesis 3.5)."""

import os
import pathlib
from collections.abc import Callable, Sequence

import numpy as np

from emotion.emotion import Emotion
from emotion.labelling.crop import crop_aligned_face
from emotion.labelling.label_files import ClipLabels
from emotion.labelling.labeller import BATCH_SIZE, Labeller
from encoder.clips.decoding import open_clip
from encoder.clips.extraction import read_face_table
from encoder.clips.face_search import FaceSearch
from encoder.clips.journal import kept_faces, search_clip
from encoder.clips.tracking import TrackedFace
from encoder.faces.alignment import align_face
from encoder.images import read_image
from stylegan_tf.errors import InputError

_LABELLED_SIZE = 256  # classifiers look at 64 pixels: labelling in memory needs no more than this


def label_clip(
    clip_path: str | os.PathLike,
    journal: str | os.PathLike,
    labeller: Labeller,
    search: FaceSearch,
    progress: Callable[[], object] = lambda: None,
) -> ClipLabels:
    """Labels the faces of a clip without writing pictures.

    Args:
        clip_path: a video file.
        journal: a file that remembers what is done; the caller removes it when the labels are
            safely written.
        labeller: reads the emotions.
        search: how faces are looked for, one person a frame.
        progress: called after every frame looked at.

    Raises:
        InputError: the clip is unreadable, `search.person` is "all", or `journal` is of another
            run.
    """
    if search.person == "all":
        raise InputError("labels are of one person a frame; choose tracked or largest")
    clip = open_clip(clip_path, search.allow_truncated)

    def label(image: np.ndarray, index: int, tracked: TrackedFace) -> dict:
        aligned = align_face(image, tracked.face.landmarks, _LABELLED_SIZE)
        _, probabilities = labeller.predict([crop_aligned_face(aligned)])
        return {"probabilities": [round(float(value), 6) for value in probabilities[0]]}

    settings = {"what": "labels", "labeller": labeller.name}
    search_clip(clip, search, pathlib.Path(journal), settings, label, progress)
    frames, seconds, probabilities = [], [], []
    for row in kept_faces(pathlib.Path(journal)):
        frames.append(row["frame"])
        seconds.append(row["seconds"])
        probabilities.append(row["probabilities"])
    return _clip_labels(labeller, frames, seconds, probabilities)


def label_folder(
    folder: str | os.PathLike,
    labeller: Labeller,
    progress: Callable[[], object] = lambda: None,
) -> ClipLabels:
    """Labels the faces that `encoder.clips.extraction.extract_faces` wrote.

    Raises:
        InputError: the folder has no `faces.csv` of one person a frame, or a picture is missing.
    """
    folder = pathlib.Path(folder)
    table = read_face_table(folder)
    if table["frame"].duplicated().any():
        raise InputError(f"{folder} holds several faces a frame; extract one person to label them")
    probabilities: list[np.ndarray] = []
    for start in range(0, len(table), BATCH_SIZE):
        crops = []
        for name in table["file"][start : start + BATCH_SIZE]:
            crops.append(crop_aligned_face(read_image(folder / name)))
            progress()
        probabilities += list(labeller.predict(crops)[1])
    return _clip_labels(labeller, table["frame"], table["seconds"], probabilities)


def _clip_labels(
    labeller: Labeller,
    frames: Sequence[int],
    seconds: Sequence[float],
    probabilities: Sequence[Sequence[float]] | Sequence[np.ndarray],
) -> ClipLabels:
    table = np.asarray(probabilities, np.float32).reshape(-1, len(Emotion))
    return ClipLabels(
        np.asarray(frames, np.int64),
        np.asarray(seconds, np.float64),
        labeller.decide(table),
        table,
    )
