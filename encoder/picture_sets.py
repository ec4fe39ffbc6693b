"""Which pictures a driver works on, and under which names their results are kept."""

import dataclasses
import os
import pathlib
from collections.abc import Iterable

import pandas as pd

from encoder.datasets.face_sample import FaceSample
from encoder.datasets.readers import read_dataset
from encoder.face_labels import COLUMNS, write_face_labels
from encoder.images import IMAGE_SUFFIXES, list_images
from stylegan_tf.errors import InputError


@dataclasses.dataclass(frozen=True)
class Picture:
    """A picture and the name of what is made from it, without suffix."""

    name: str
    sample: FaceSample

    @property
    def path(self) -> pathlib.Path:
        """Where the picture is."""
        return self.sample.path


def find_pictures(inputs: Iterable[str | os.PathLike], dataset: str | None = None) -> list[Picture]:
    """The pictures that files and folders name.

    Args:
      inputs: files, or folders whose pictures (not those of folders inside) are meant.
      dataset: a name of `encoder.datasets.readers.READERS`; each input is then the root folder
        of such a data set.

    Raises:
      InputError: an input does not exist or holds no pictures, or two pictures have one name.
    """
    pictures = []
    for path in map(pathlib.Path, inputs):
        if dataset is not None:
            pictures += [Picture(s.name(path), s) for s in read_dataset(dataset, path)]
        elif path.is_dir():
            pictures += [Picture(p.stem, FaceSample(p)) for p in list_images(path)]
        elif not path.is_file():
            raise InputError(f"there is no picture or folder {path}")
        elif path.suffix.lower() not in IMAGE_SUFFIXES:
            known = ", ".join(sorted(IMAGE_SUFFIXES))
            raise InputError(f"{path} does not end in one of {known}")
        else:
            pictures.append(Picture(path.stem, FaceSample(path)))
    named: dict[str, Picture] = {}
    for picture in pictures:  # a picture named twice is one picture
        other = named.setdefault(picture.name, picture)
        if other.path != picture.path:
            raise InputError(f"{other.path} and {picture.path} would share the name {picture.name}")
    return list(named.values())


def write_labels(path: str | os.PathLike, pictures: Iterable[Picture]) -> int:
    """Writes which pictures show which emotion, as tools/train_directions.py reads it.

    The CSV's columns are name, subject, emotion, frame. Pictures whose emotion the data set does
    not tell are left out; a subject it does not tell is the picture itself.

    Returns how many rows there are; without any, no file is written.
    """
    rows = [
        (p.name, p.sample.subject or p.name, p.sample.expression, p.sample.frame)
        for p in pictures
        if p.sample.expression
    ]
    if rows:
        table = pd.DataFrame(rows, columns=[*COLUMNS, "frame"])
        write_face_labels(path, table.astype({"frame": "Int64"}))
    return len(rows)
