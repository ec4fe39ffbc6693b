"""Every reader of a file refuses every hostile one of its kind: one `InputError`, quickly."""

import os

import pytest

from emotion.directions.files import load_direction
from emotion.labelling.label_files import read_labels
from emotion.sequences.files import read_sequence
from encoder.clips.extraction import read_face_table
from encoder.embedding.latents import load_latent
from encoder.face_labels import read_face_labels
from encoder.images import read_image
from stylegan_tf.errors import InputError
from stylegan_tf.files.arrays import map_array, read_array, read_arrays

from . import cases

_NOT_LATENTS = ("text_array", "bytes_array", "integers", "complex", "nan", "inf", "beyond_float32")
_NOT_LATENTS += ("huge_float32", "no_rows", "scalar", "z_code", "wide", "five_axes")
_NO_ARRAYS = [name for name in cases.ARRAYS if name not in _NOT_LATENTS]


def _face_table(path):
    return read_face_table(path.parent)


READERS = {
    "latent": (lambda path: load_latent(path, 18), "a.npy", cases.ARRAYS),
    "direction": (lambda path: load_direction(path, 18), "a.npy", cases.ARRAYS),
    "array": (read_array, "a.npy", {name: cases.ARRAYS[name] for name in _NO_ARRAYS}),
    "mapped": (map_array, "a.npy", {name: cases.ARRAYS[name] for name in _NO_ARRAYS}),
    "archive": (read_arrays, "a.npz", cases.ARCHIVES),
    "sequence": (read_sequence, "a.csv", cases.SEQUENCES),
    "json": (read_sequence, "a.json", cases.JSON_SEQUENCES),
    "labels": (read_labels, "a.csv", cases.LABELS),
    "faces": (_face_table, "faces.csv", cases.FACE_TABLES),
    "face_labels": (read_face_labels, "labels.csv", cases.FACE_LABELS),
    "picture": (read_image, "a.png", cases.PICTURES),
}
_ALL = [(kind, name) for kind, (_, _, table) in READERS.items() for name in table]


@pytest.mark.timeout(20)
@pytest.mark.parametrize(("kind", "name"), _ALL)
def test_a_hostile_file_is_one_input_error(kind, name, tmp_path):
    read, file, table = READERS[kind]
    path = tmp_path / "in" / file
    path.parent.mkdir()
    path.write_bytes(table[name])
    (tmp_path / "precious.txt").write_text("mine")
    with pytest.raises(InputError) as caught:
        read(path)
    assert 0 < len(str(caught.value)) < 2000
    assert [p.name for p in path.parent.iterdir()] == [file]
    assert path.read_bytes() == table[name]
    assert (tmp_path / "precious.txt").read_text() == "mine"


@pytest.mark.timeout(20)
@pytest.mark.parametrize("what", ["fifo", "zero", "loop", "folder", "missing"])
@pytest.mark.parametrize("kind", READERS)
def test_no_regular_file_is_one_input_error(kind, what, tmp_path):
    read, file, _ = READERS[kind]
    path = tmp_path / file
    if what == "fifo":
        os.mkfifo(path)
    elif what == "zero":
        path.symlink_to("/dev/zero")
    elif what == "loop":
        path.symlink_to(path)
    elif what == "folder":
        path.mkdir()
    with pytest.raises(InputError):
        read(path)
