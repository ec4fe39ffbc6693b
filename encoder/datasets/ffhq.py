"""Flickr-Faces-HQ: 70,000 aligned faces at 1024×1024 (thesis 3.1.1)."""

import dataclasses
import os
import pathlib

import numpy as np

from encoder.datasets.face_sample import FaceSample, check_root, check_samples
from stylegan_tf.errors import InputError
from stylegan_tf.files.json_files import read_json
from stylegan_tf.numbers import check_values

NUM_TRAINING = 60_000  # the first 60,000 are for training, the others for validation
SPLITS = ("all", "training", "validation")
_PICTURES = "images1024x1024"
_RECORD = "ffhq-dataset-v2.json"
_MAX_RECORD_BYTES = 1 << 30  # the published file has 255 MB


def read_ffhq(root: str | os.PathLike, split: str = "all") -> list[FaceSample]:
    """The pictures of `ROOT/images1024x1024/00000/00000.png` and so on; `frame` is the number.

    Pictures straight under images1024x1024, without the level of thousands, are read too.

    Args:
      split: "all", "training" (the first 60,000) or "validation".

    Raises:
      InputError: no such folder, nothing of this layout in it, or an unknown split.
    """
    if split not in SPLITS:
        raise InputError(f"unknown split {split!r}; choose one of {', '.join(SPLITS)}")
    root = check_root(root, "FFHQ")
    samples, odd = [], []
    for path in sorted((root / _PICTURES).rglob("*.png")):
        if not (path.stem.isdecimal() and len(path.stem) == 5):
            odd.append(f"{path.relative_to(root)} is not a number of five digits")
            continue
        number = int(path.stem)
        if split == "all" or (number < NUM_TRAINING) == (split == "training"):
            samples.append(FaceSample(path, frame=number))
    what = "FFHQ" if split == "all" else f"FFHQ's {split} pictures"
    return check_samples(samples, root, what, f"{_PICTURES}/00000/00000.png", odd)


@dataclasses.dataclass(frozen=True, eq=False)
class FfhqRecord:
    """What ffhq-dataset-v2.json says about one picture."""

    path: str  # of the aligned picture, under the data set's folder
    landmarks: np.ndarray  # float32 [68, 2], in pixels of the aligned picture
    face_quad: np.ndarray  # float32 [4, 2]: the square in the original photograph


def read_ffhq_records(root: str | os.PathLike) -> dict[int, FfhqRecord]:
    """`ROOT/ffhq-dataset-v2.json`: number → record.

    Raises:
      InputError: the file is missing, or does not have the published form.
    """
    path = check_root(root, "FFHQ") / _RECORD
    if not path.is_file():
        raise InputError(f"{path.parent} has no {_RECORD}")
    records = {}
    content = read_json(path, _MAX_RECORD_BYTES)
    try:
        for number, item in content.items():  # type: ignore[attr-defined]
            image = item["image"]
            landmarks = _points(image["face_landmarks"], 68)
            quad = _points(item["in_the_wild"]["face_quad"], 4)
            records[int(number)] = FfhqRecord(_inside(image["file_path"]), landmarks, quad)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise InputError(f"{path} does not have the form of {_RECORD}: {error!r}") from None
    return records


def _points(value: object, count: int) -> np.ndarray:
    return check_values(np.array(value, np.float64), "a point").reshape(count, 2)


def _inside(name: str) -> str:
    path = pathlib.PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise ValueError(f"{name[:100]} is not inside the data set")
    return name
