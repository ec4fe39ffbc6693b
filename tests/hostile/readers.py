"""What reads each kind of file, and whether a hostile one is refused as it should be."""

import os
import pathlib
import stat
import time
from collections.abc import Callable, Iterator

from emotion.directions.files import load_direction
from emotion.labelling.label_files import read_labels
from emotion.sequences.files import read_sequence
from emotion.sequences.reading import read_changes
from encoder.clips.extraction import read_face_table
from encoder.datasets.celeba import read_celeba_attributes
from encoder.datasets.ffhq import read_ffhq_records
from encoder.embedding.latents import load_latent
from encoder.face_labels import read_face_labels
from encoder.images import read_image
from encoder.rendered_faces.head.training_set import read_manifest
from stylegan_tf.errors import InputError
from stylegan_tf.files.arrays import map_array, read_array, read_arrays
from stylegan_tf.files.json_files import read_json
from stylegan_tf.files.tables import read_table
from stylegan_tf.outputs.record import read_record
from synthesis.study.study import load_study

from . import cases

LIMIT = 20.0  # seconds
_NOT_LATENTS = ("text_array", "bytes_array", "integers", "complex", "nan", "inf", "beyond_float32")
_NOT_LATENTS += ("huge_float32", "no_rows", "scalar", "z_code", "wide", "five_axes")
_NO_ARRAYS = {name: cases.ARRAYS[name] for name in cases.ARRAYS if name not in _NOT_LATENTS}

# kind → what reads it, its file's name, name of a case → what is in the file
READERS: dict[str, tuple[Callable[[pathlib.Path], object], str, dict[str, bytes]]] = {
    "latent": (lambda path: load_latent(path, 18), "a.npy", cases.ARRAYS),
    "direction": (lambda path: load_direction(path, 18), "a.npy", cases.ARRAYS),
    "array": (read_array, "a.npy", _NO_ARRAYS),
    "mapped": (map_array, "a.npy", _NO_ARRAYS),
    "archive": (read_arrays, "a.npz", cases.ARCHIVES),
    "sequence": (read_sequence, "a.csv", cases.SEQUENCES),
    "changes": (read_changes, "a.csv", cases.SEQUENCES),
    "json_sequence": (read_sequence, "a.json", cases.JSON_SEQUENCES),
    "labels": (read_labels, "a.csv", cases.LABELS),
    "faces": (lambda path: read_face_table(path.parent), "faces.csv", cases.FACE_TABLES),
    "face_labels": (read_face_labels, "labels.csv", cases.FACE_LABELS),
    "table": (lambda path: read_table(path, ["emotion"]), "a.csv", cases.TABLES),
    "json": (read_json, "a.json", cases.NO_JSON),
    "record": (read_record, "record.json", {**cases.NO_JSON, **cases.RECORDS}),
    "study": (
        lambda path: load_study(path.parent),
        "study.json",
        {**cases.NO_JSON, **cases.OBJECTS},
    ),
    "manifest": (
        lambda path: read_manifest(path.parent),
        "manifest.json",
        {**cases.NO_JSON, **cases.OBJECTS},
    ),
    "ffhq": (
        lambda path: read_ffhq_records(path.parent),
        "ffhq-dataset-v2.json",
        {**cases.NO_JSON, **cases.FFHQ},
    ),
    "celeba": (
        lambda path: read_celeba_attributes(path.parent),
        "list_attr_celeba.txt",
        cases.CELEBA,
    ),
    "picture": (read_image, "a.png", cases.PICTURES),
}
NO_FILES = ("fifo", "zero", "loop", "folder", "missing")


def all_cases() -> Iterator[tuple[str, str]]:
    """Kind of file and name of case, of those in which a file is there and of the others."""
    for kind, (_, _, table) in READERS.items():
        yield from ((kind, name) for name in table)
        yield from ((kind, f"no file: {name}") for name in NO_FILES)


def went_wrong(kind: str, name: str, folder: pathlib.Path) -> str:
    """What is wrong about how a hostile file is read in an empty folder; nothing if it is right."""
    read, file, table = READERS[kind]
    path = folder / "in" / file
    path.parent.mkdir()
    (folder / "users.txt").write_text("mine")
    if name in table:
        path.write_bytes(table[name])
    else:
        _make_no_file(path, name.removeprefix("no file: "))
    before = sorted(p.name for p in path.parent.iterdir())
    start = time.monotonic()
    try:
        read(path)
    except InputError as error:
        said = str(error)
    except Exception as error:
        return f"{type(error).__name__}: {str(error)[:200]}"
    else:
        return "it was read"
    if not 0 < len(said) < 2000 or time.monotonic() - start > LIMIT:
        return f"{len(said)} characters after {time.monotonic() - start:.1f} s"
    kept = name not in table or path.read_bytes() == table[name]
    if not kept or sorted(p.name for p in path.parent.iterdir()) != before:
        return "its folder was changed"
    return "" if (folder / "users.txt").read_text() == "mine" else "the user's file was changed"


def _make_no_file(path: pathlib.Path, kind: str) -> None:
    if kind == "fifo":
        os.mknod(path, stat.S_IFIFO | 0o600)
    elif kind == "zero":
        path.symlink_to("/dev/zero")
    elif kind == "loop":
        path.symlink_to(path)
    elif kind == "folder":
        path.mkdir()
