"""The readers of face data sets, by name."""

import os
from collections.abc import Callable

from encoder.datasets.celeba import read_celeba
from encoder.datasets.face_sample import FaceSample
from encoder.datasets.ffhq import read_ffhq
from encoder.datasets.folder import read_folder
from encoder.datasets.impa_face3d import read_impa_face3d
from encoder.datasets.mug import read_mug
from stylegan_tf.errors import InputError

READERS: dict[str, Callable[[str | os.PathLike], list[FaceSample]]] = {
    "folder": read_folder,
    "ffhq": read_ffhq,
    "celeba": read_celeba,
    "impa-face3d": read_impa_face3d,
    "mug": read_mug,
}


def read_dataset(kind: str, root: str | os.PathLike) -> list[FaceSample]:
    """The pictures of the data set at `root`.

    Args:
      kind: a name of READERS. The rendered faces are read as "folder".

    Raises:
      InputError: an unknown kind, or `root` does not hold such a data set.
    """
    if kind not in READERS:
        raise InputError(f"unknown data set {kind!r}; choose one of {', '.join(READERS)}")
    return READERS[kind](root)
