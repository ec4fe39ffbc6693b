"""CelebA: 202,599 pictures of celebrities with 40 attributes (thesis 3.1.4)."""

import os
import pathlib
import re

import pandas as pd

from encoder.datasets.face_sample import FaceSample, check_root, check_samples
from stylegan_tf.errors import InputError
from stylegan_tf.files.tables import read_lines

_PICTURES = "img_align_celeba"
_ATTRIBUTES = ("list_attr_celeba.txt", "Anno/list_attr_celeba.txt")


def read_celeba(root: str | os.PathLike) -> list[FaceSample]:
    """The pictures of `ROOT/img_align_celeba/000001.jpg` and so on; `frame` is the number.

    Raises:
      InputError: no such folder, or nothing of this layout in it.
    """
    root = check_root(root, "CelebA")
    folder = root / _PICTURES
    paths = sorted(path for path in folder.glob("*.[jp][pn]g") if path.stem.isdecimal())
    samples = [FaceSample(path, frame=int(path.stem)) for path in paths]
    return check_samples(samples, root, "CelebA", f"{_PICTURES}/000001.jpg", [])


def read_celeba_attributes(root: str | os.PathLike) -> pd.DataFrame:
    """`list_attr_celeba.txt`: a row a picture, indexed by file name; a bool column an attribute.

    Raises:
      InputError: the file is missing, or does not have the published form.
    """
    root = check_root(root, "CelebA")
    found = [root / name for name in _ATTRIBUTES if (root / name).is_file()]
    if not found:
        raise InputError(f"{root} has no {_ATTRIBUTES[0]}")
    return _parse(found[0])


def _parse(path: pathlib.Path) -> pd.DataFrame:
    lines = read_lines(path)
    if len(lines) < 2 or not re.fullmatch(r"\d{1,9}", lines[0].strip()):
        raise InputError(f"{path} does not start with the number of pictures")
    names = lines[1].split()
    rows = [line.split() for line in lines[2:] if line.strip()]
    for number, row in enumerate(rows, 3):
        if len(row) != len(names) + 1 or not {"1", "-1"}.issuperset(row[1:]):
            raise InputError(f"{path}, line {number}: not a file name and {len(names)} times ±1")
    if len(rows) != int(lines[0]):
        raise InputError(f"{path} says {lines[0].strip()} pictures and has {len(rows)}")
    values = [[value == "1" for value in row[1:]] for row in rows]
    return pd.DataFrame(values, index=[row[0] for row in rows], columns=names, dtype=bool)
