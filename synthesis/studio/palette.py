"""The directions that a session's sliders move along."""

import dataclasses
import os
import pathlib
from collections.abc import Mapping

import numpy as np

from emotion.directions.files import SHIPPED, check_directions, direction_names, load_direction
from emotion.emotion import Emotion

TURNS = ("yaw", "pitch")


@dataclasses.dataclass(frozen=True)
class Palette:
    """Directions, float32 `[L, 512]` each.

    Attributes:
      emotions: those that the folder has, in the enum's order; calm has none.
      turns: `yaw` and `pitch`, where the folder has them.
    """

    emotions: Mapping[Emotion, np.ndarray]
    turns: Mapping[str, np.ndarray]


def load_palette(source: str | os.PathLike, num_layers: int) -> Palette:
    """Reads every direction of a folder that has a slider.

    Args:
      source: a folder of `happiness.npy` and so on, or one that ships.
      num_layers: L of the generator.

    Raises:
      InputError: there is no such folder, or a direction is for another network.
    """
    check_directions(source)
    names = direction_names(source)

    def load(name: str) -> np.ndarray:
        shipped = str(source) in SHIPPED
        path = f"{source}/{name}" if shipped else pathlib.Path(source) / f"{name}.npy"
        return load_direction(path, num_layers)

    return Palette(
        {emotion: load(emotion.label) for emotion in Emotion if emotion.label in names},
        {name: load(name) for name in TURNS if name in names},
    )
