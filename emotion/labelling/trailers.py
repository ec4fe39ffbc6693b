"""From a clip to aligned faces and to emotion labels (thesis 3.4 and 3.5).

Every frame is searched for faces; frames without one are dropped; of several persons one is
followed through each shot. What is done is written to a journal frame by frame, so that an
interrupted run goes on where it stopped, and memory stays the same over a film of any length.
"""

import contextlib
import dataclasses
import json
import os
import pathlib
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from emotion.emotion import Emotion
from emotion.labelling.fer import crop_aligned_face
from emotion.labelling.registry import BATCH_SIZE, Labeller
from emotion.sequences.files import ClipLabels
from encoder.clips.decoding import Clip, Frame, open_clip, read_frames
from encoder.clips.face_search import FaceSearch, search_frames
from encoder.clips.tracking import FaceTracker, TrackedFace
from encoder.faces.alignment import align_face
from encoder.faces.landmarks import Face
from encoder.images import read_image, write_image
from stylegan_tf.errors import InputError
from stylegan_tf.files import write_atomically

FACE_SIZE = 1024  # thesis 3.4
FACES_FILE = "faces.csv"
_JOURNAL_FILE = ".faces.jsonl"
_LABELLED_SIZE = 256  # classifiers look at 64 pixels: labelling in memory needs no more than this
_FACE_COLUMNS = (
    "frame",
    "seconds",
    "shot",
    "person",
    "left",
    "top",
    "right",
    "bottom",
    "confidence",
    "file",
)


def extract_faces(
    clip_path: str | os.PathLike,
    folder: str | os.PathLike,
    search: FaceSearch,
    size: int = FACE_SIZE,
    progress: Callable[[], object] = lambda: None,
) -> int:
    """Writes the aligned faces of a clip, `FRAME.png` each, and `faces.csv`.

    With `person="all"` the names are `FRAME_PERSON.png`. Frame numbers are zero-padded, so names
    sort in time. `faces.csv` appears when everything is done.

    Args:
        clip_path: a video file.
        folder: where to write.
        search: how faces are looked for.
        size: side of the pictures in pixels.
        progress: called after every frame looked at.

    Returns:
        How many faces there are.

    Raises:
        InputError: the clip is unreadable, or `folder` holds the beginning of another run.
    """
    clip, folder = open_clip(clip_path), pathlib.Path(folder)
    digits = max(len(str(clip.num_frames or 0)), 6)

    def save(image: np.ndarray, index: int, tracked: TrackedFace) -> dict:
        name = f"{index:0{digits}d}"
        if search.person == "all":
            name += f"_{tracked.person:04d}"
        write_image(folder / f"{name}.png", align_face(image, tracked.face.landmarks, size))
        return {"file": f"{name}.png"}

    journal = folder / _JOURNAL_FILE
    settings = {"what": "faces", "size": size}
    _work_through(clip, search, journal, settings, save, progress)
    rows = [{key: row[key] for key in _FACE_COLUMNS} for row in _read_faces(journal)]
    with write_atomically(folder / FACES_FILE) as temporary:
        pd.DataFrame(rows, columns=_FACE_COLUMNS).to_csv(temporary, index=False)
    journal.unlink()
    return len(rows)


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
    clip = open_clip(clip_path)

    def label(image: np.ndarray, index: int, tracked: TrackedFace) -> dict:
        aligned = align_face(image, tracked.face.landmarks, _LABELLED_SIZE)
        _, probabilities = labeller.predict([crop_aligned_face(aligned)])
        return {"probabilities": [round(float(value), 6) for value in probabilities[0]]}

    settings = {"what": "labels", "labeller": labeller.name}
    _work_through(clip, search, pathlib.Path(journal), settings, label, progress)
    frames, seconds, probabilities = [], [], []
    for row in _read_faces(pathlib.Path(journal)):
        frames.append(row["frame"])
        seconds.append(row["seconds"])
        probabilities.append(row["probabilities"])
    return _clip_labels(labeller, frames, seconds, probabilities)


def label_folder(
    folder: str | os.PathLike,
    labeller: Labeller,
    progress: Callable[[], object] = lambda: None,
) -> ClipLabels:
    """Labels the faces that `extract_faces` wrote.

    Raises:
        InputError: the folder has no `faces.csv` of one person a frame, or a picture is missing.
    """
    folder = pathlib.Path(folder)
    table = read_face_table(folder)
    if table["frame"].duplicated().any():
        raise InputError(f"{folder} holds several faces a frame; extract one person to label them")
    probabilities = []
    for start in range(0, len(table), BATCH_SIZE):
        crops = []
        for name in table["file"][start : start + BATCH_SIZE]:
            crops.append(crop_aligned_face(read_image(folder / name)))
            progress()
        probabilities += list(labeller.predict(crops)[1])
    return _clip_labels(labeller, table["frame"], table["seconds"], probabilities)


def remove_faces(folder: str | os.PathLike) -> None:
    """Removes what `extract_faces` wrote to a folder, whether it had finished or not."""
    folder = pathlib.Path(folder)
    names = []
    if (folder / FACES_FILE).is_file():
        names += [FACES_FILE, *read_face_table(folder)["file"]]
    journal = folder / _JOURNAL_FILE
    if journal.is_file():
        names += [_JOURNAL_FILE, *(row["file"] for row in _read_faces(journal))]
    for name in names:
        (folder / name).unlink(missing_ok=True)


def count_frames(clip: Clip, search: FaceSearch) -> int | None:
    """About how many frames of a clip will be looked at; None if its header does not say."""
    if clip.num_frames is None:
        return None
    return round(clip.num_frames * (1 if search.fps is None else search.fps / clip.fps))


def read_face_table(folder: str | os.PathLike) -> pd.DataFrame:
    """Reads `faces.csv`: frame, seconds, shot, person, the box, confidence, file name.

    Raises:
        InputError: there is none, or it is of another form.
    """
    path = pathlib.Path(folder) / FACES_FILE
    if not path.is_file():
        raise InputError(f"{folder} has no {FACES_FILE}: make it with tools/extract_faces.py")
    table = pd.read_csv(path)
    if list(table.columns) != list(_FACE_COLUMNS):
        raise InputError(f"{path} is not a face table: its columns are {', '.join(table.columns)}")
    return table


def _clip_labels(labeller: Labeller, frames, seconds, probabilities) -> ClipLabels:
    table = np.asarray(probabilities, np.float32).reshape(-1, len(Emotion))
    return ClipLabels(
        np.asarray(frames, np.int64),
        np.asarray(seconds, np.float64),
        labeller.decide(table),
        table,
    )


def _work_through(
    clip: Clip,
    search: FaceSearch,
    journal: pathlib.Path,
    settings: dict,
    handle: Callable[[np.ndarray, int, TrackedFace], dict],
    progress: Callable[[], object],
) -> None:
    """Finds the faces of all frames, has `handle` treat those kept, and notes all in `journal`."""
    header = {
        "clip": clip.path.name,
        "bytes": clip.path.stat().st_size,
        **settings,
        **dataclasses.asdict(search),
    }
    del header["workers"]  # a run may go on with more or fewer
    tracker = FaceTracker(search.person)
    journal.parent.mkdir(parents=True, exist_ok=True)
    done = _open_journal(journal, header)
    frames = read_frames(clip, search.fps)
    for entry, frame in zip(done, frames, strict=False):
        faces = [Face(tuple(box), 0.0, _NO_LANDMARKS) for box in entry["boxes"]]
        tracker.update(faces, frame.shot, frame.seconds)
        progress()
    searched = search_frames(
        frames, search.detector, search.detection_size, search.refine, search.workers
    )
    with open(journal, "a", encoding="utf-8") as file, contextlib.closing(searched):
        for frame, faces in searched:
            tracked = tracker.update(faces, frame.shot, frame.seconds)
            kept = [_row(frame, one) | handle(frame.image, frame.index, one) for one in tracked]
            boxes = [[round(float(value), 2) for value in face.box] for face in faces]
            file.write(json.dumps({"frame": frame.index, "boxes": boxes, "kept": kept}) + "\n")
            file.flush()
            progress()


_NO_LANDMARKS = np.zeros((0, 2), np.float32)  # of faces that were dealt with in an earlier run


def _row(frame: Frame, tracked: TrackedFace) -> dict:
    left, top, right, bottom = (round(float(value), 2) for value in tracked.face.box)
    return {
        "frame": frame.index,
        "seconds": round(frame.seconds, 6),
        "shot": frame.shot,
        "person": tracked.person,
        "left": left,
        "top": top,
        "right": right,
        "bottom": bottom,
        "confidence": round(tracked.face.confidence, 4),
    }


def _open_journal(journal: pathlib.Path, header: dict) -> Iterator[dict]:
    """Checks or begins a journal; yields its entries in order.

    A last line that an interruption cut short is removed.
    """
    if not journal.exists():
        journal.write_text(json.dumps(header) + "\n", encoding="utf-8")
        return iter(())
    with open(journal, "rb+") as file:
        content_end = 0
        for line in file:
            if line.endswith(b"\n"):
                content_end += len(line)
        file.truncate(content_end)
    with open(journal, encoding="utf-8") as file:
        first = file.readline()
    if not first:
        journal.unlink()
        return _open_journal(journal, header)
    if json.loads(first) != header:
        raise InputError(
            f"{journal} is the beginning of a run with another clip or other settings; "
            "repeat those, or start over with --overwrite"
        )
    return _entries(journal)


def _entries(journal: pathlib.Path) -> Iterator[dict]:
    # The size is fixed first: the file grows while the entries are read.
    end = journal.stat().st_size
    with open(journal, "rb") as file:
        file.readline()
        while file.tell() < end:
            yield json.loads(file.readline())


def _read_faces(journal: pathlib.Path) -> Iterator[dict]:
    for entry in _entries(journal):
        yield from entry["kept"]
