"""The directions that a video needs, from a folder or from those that ship."""

import os
import pathlib
from collections.abc import Iterable

import numpy as np

from emotion.emotion import Emotion
from stylegan_tf.errors import InputError

SHIPPED = ("rendered-faces",)


def check_directions(source: str | os.PathLike, emotions: Iterable[Emotion] = ()) -> None:
    """Refuses a source in which a direction is missing; loads nothing.

    Args:
      source: a folder with `happiness.npy` and so on, or one of `SHIPPED`.
      emotions: those that are needed.

    Raises:
      InputError: there is no such folder, or no file for an emotion in it.
    """
    if source in SHIPPED:
        return
    folder = pathlib.Path(source)
    if not folder.is_dir():
        raise InputError(
            f"there is no folder {folder} of directions; those that ship: {', '.join(SHIPPED)}"
        )
    for emotion in emotions:
        if not _file(folder, emotion).is_file():
            raise InputError(f"{folder} has no {emotion.label}.npy; learn it or leave it out")


def load_directions(
    source: str | os.PathLike, emotions: Iterable[Emotion], num_layers: int
) -> dict[Emotion, np.ndarray]:
    """The directions of some emotions: float32 `[num_layers, 512]` each.

    Raises:
      InputError: a direction is missing or was learnt with another number of layers.
    """
    from emotion.directions.fit import load_direction

    emotions = list(emotions)
    check_directions(source, emotions)
    directions = {}
    for emotion in emotions:
        name = f"{source}/{emotion.label}" if source in SHIPPED else _file(source, emotion)
        directions[emotion] = load_direction(name, num_layers)
    return directions


def _file(folder: str | os.PathLike, emotion: Emotion) -> pathlib.Path:
    return pathlib.Path(folder) / f"{emotion.label}.npy"
