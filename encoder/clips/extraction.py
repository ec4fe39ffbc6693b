"""From a clip to a folder of aligned faces (thesis 3.4).

Every frame is searched for faces; frames without one are dropped; of several persons one is
followed through each shot.
"""

import os
import pathlib
from collections.abc import Callable

import numpy as np
import pandas as pd

from encoder.clips.decoding import open_clip
from encoder.clips.face_search import FaceSearch
from encoder.clips.journal import kept_faces, search_clip
from encoder.clips.tracking import TrackedFace
from encoder.faces.alignment import ALIGNED_SIZE, align_face
from encoder.images import write_image
from stylegan_tf.errors import InputError
from stylegan_tf.files.tables import check_file_names, float_columns, int_column, read_table
from stylegan_tf.files.whole_files import write_atomically

FACES_FILE = "faces.csv"
_JOURNAL_FILE = ".faces.jsonl"
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
    size: int = ALIGNED_SIZE,
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
    clip, folder = open_clip(clip_path, search.allow_truncated), pathlib.Path(folder)
    digits = max(len(str(clip.num_frames or 0)), 6)

    def save(image: np.ndarray, index: int, tracked: TrackedFace) -> dict:
        name = f"{index:0{digits}d}"
        if search.person == "all":
            name += f"_{tracked.person:04d}"
        write_image(folder / f"{name}.png", align_face(image, tracked.face.landmarks, size))
        return {"file": f"{name}.png"}

    journal = folder / _JOURNAL_FILE
    settings = {"what": "faces", "size": size}
    search_clip(clip, search, journal, settings, save, progress)
    rows = [{key: row[key] for key in _FACE_COLUMNS} for row in kept_faces(journal)]
    with write_atomically(folder / FACES_FILE) as temporary:
        pd.DataFrame(rows, columns=_FACE_COLUMNS).to_csv(temporary, index=False)
    journal.unlink()
    return len(rows)


def read_face_table(folder: str | os.PathLike) -> pd.DataFrame:
    """Reads `faces.csv`: frame, seconds, shot, person, the box, confidence, file name.

    Raises:
        InputError: there is none, or it is of another form.
    """
    path = pathlib.Path(folder) / FACES_FILE
    if not path.is_file():
        raise InputError(f"{folder} has no {FACES_FILE}: make it with tools/extract_faces.py")
    table = read_table(path, _FACE_COLUMNS)
    if list(table.columns) != list(_FACE_COLUMNS):
        raise InputError(f"{path} is not a face table: its columns are {', '.join(table.columns)}")
    for name in ("frame", "shot", "person"):
        table[name] = int_column(table, name, path)
    for name in ("seconds", "left", "top", "right", "bottom", "confidence"):
        table[name] = float_columns(table, [name], path)[:, 0]
    check_file_names(table, "file", path)
    return table.reset_index(drop=True)
