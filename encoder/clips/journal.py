"""A search for the faces of a clip that goes on where it was interrupted (thesis 3.4).

What is done is written to a journal frame by frame, so memory stays the same over a film of any
length.
"""

import contextlib
import dataclasses
import pathlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

import numpy as np

from encoder.clips.decoding import Clip
from encoder.clips.face_search import FaceSearch, search_frames
from encoder.clips.shots import Frame, frames_with_shots
from encoder.clips.tracking import FaceTracker, TrackedFace
from encoder.faces.landmarks import Face
from stylegan_tf.errors import InputError
from stylegan_tf.files.json_files import format_json, parse_json

_NUMBERS = ("frame", "seconds", "shot", "person", "left", "top", "right", "bottom", "confidence")
_LARGEST = 1e12
_LONGEST_LINE = 16 << 20  # bytes
_NO_LANDMARKS = np.zeros((0, 2), np.float32)  # of faces that were dealt with in an earlier run


def search_clip(
    clip: Clip,
    search: FaceSearch,
    journal: pathlib.Path,
    settings: Mapping[str, object],
    handle: Callable[[np.ndarray, int, TrackedFace], Mapping[str, object]],
    progress: Callable[[], object],
) -> None:
    """Finds the faces of all frames, has `handle` treat those kept, and notes all in `journal`.

    Args:
        clip: from `open_clip`.
        search: how faces are looked for.
        journal: a file that remembers what is done; where it exists, the run goes on.
        settings: what else must be the same for a run to go on.
        handle: is given the frame, its index and a face that is kept; what it returns is noted.
        progress: called after every frame looked at.

    Raises:
        InputError: the journal is of another clip or of other settings.
    """
    header: dict[str, Any] = {
        "clip": clip.path.name,
        "bytes": clip.path.stat().st_size,
        **settings,
        **dataclasses.asdict(search),
    }
    del header["runner"]  # a run may go on elsewhere
    tracker = FaceTracker(search.person)
    journal.parent.mkdir(parents=True, exist_ok=True)
    done = _open_journal(journal, header)
    frames = frames_with_shots(clip, search.fps)
    for entry, frame in zip(done, frames, strict=False):
        faces = [Face(tuple(box), 0.0, _NO_LANDMARKS) for box in entry["boxes"]]
        tracker.update(faces, frame.shot, frame.seconds)
        progress()
    searched = search_frames(
        frames, search.detector, search.detection_size, search.refine, search.runner
    )
    with open(journal, "a", encoding="utf-8") as file, contextlib.closing(searched):
        for frame, faces in searched:
            tracked = tracker.update(faces, frame.shot, frame.seconds)
            kept = [
                _row(frame, one) | dict(handle(frame.image, frame.index, one)) for one in tracked
            ]
            boxes = [[round(float(value), 2) for value in face.box] for face in faces]
            entry = {"frame": frame.index, "boxes": boxes, "kept": kept}
            file.write(format_json(entry, indent=None))
            file.flush()
            progress()


def kept_faces(journal: pathlib.Path) -> Iterator[dict[str, Any]]:
    """What is noted of the faces kept: frame, seconds, shot, person, box and `handle`'s own."""
    for entry in _entries(journal):
        yield from entry["kept"]


def _row(frame: Frame, tracked: TrackedFace) -> dict[str, Any]:
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


def _open_journal(journal: pathlib.Path, header: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Checks or begins a journal; yields its entries in order.

    A last line that an interruption cut short is removed.
    """
    if not journal.exists():
        journal.write_text(format_json(header, indent=None), encoding="ascii")
        return iter(())
    with open(journal, "rb+") as file:
        content_end = 0
        for line in file:
            if line.endswith(b"\n"):
                content_end += len(line)
        file.truncate(content_end)
    with open(journal, "rb") as file:
        first = file.readline(_LONGEST_LINE)
    if not first:
        journal.unlink()
        return _open_journal(journal, header)
    if _parse(journal, first) != header:
        raise InputError(
            f"{journal} is the beginning of a run with another clip or other settings; "
            "repeat those, or start over with --overwrite"
        )
    return _entries(journal)


def _entries(journal: pathlib.Path) -> Iterator[dict[str, Any]]:
    # The size is fixed first: the file grows while the entries are read.
    end = journal.stat().st_size
    with open(journal, "rb") as file:
        file.readline()
        while file.tell() < end:
            entry = _parse(journal, file.readline(_LONGEST_LINE))
            if not (
                _is_list_of(entry.get("boxes"), _is_box) and _is_list_of(entry.get("kept"), _is_row)
            ):
                raise _damaged(journal)
            yield entry


def _parse(journal: pathlib.Path, line: str | bytes) -> dict[str, Any]:
    try:
        entry = parse_json(line, journal)
    except InputError:
        raise _damaged(journal) from None
    if not isinstance(entry, dict):
        raise _damaged(journal)
    return entry


def _damaged(journal: pathlib.Path) -> InputError:
    return InputError(f"{journal} is damaged; start over with --overwrite")


def _is_list_of(value: object, check: Callable[[object], bool]) -> bool:
    return isinstance(value, list) and all(check(item) for item in value)


def _is_box(value: object) -> bool:
    return _is_list_of(value, _is_number) and len(cast(list, value)) == 4


def _is_row(value: object) -> bool:
    """Whether it is what `_row` makes, with a plain file name or probabilities."""
    if not isinstance(value, dict) or not all(_is_number(value.get(key)) for key in _NUMBERS):
        return False
    name = value.get("file", "a")
    plain = isinstance(name, str) and name not in ("", ".", "..") and not {*name} & {"/", "\0"}
    return plain and _is_list_of(value.get("probabilities", []), _is_number)


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return -_LARGEST <= value <= _LARGEST  # NaN is not
