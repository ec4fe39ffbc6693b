"""Direction files: those that ship, those that were learnt here, those of other projects.

A folder of directions holds `EMOTION.npy`, float32 `[L, 512]`, and how they were learnt.
"""

import os
import pathlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from emotion.emotion import Emotion
from encoder.embedding.latents import W_SIZE
from stylegan_tf.errors import InputError
from stylegan_tf.files.arrays import read_array
from stylegan_tf.files.json_files import write_json
from stylegan_tf.files.whole_files import write_atomically
from stylegan_tf.numbers import check_values

if TYPE_CHECKING:
    from emotion.directions.fit import Directions

REPORT_FILE = "report.json"
_ASSETS = pathlib.Path(__file__).parents[1] / "assets" / "directions"
SHIPPED = tuple(sorted(path.name for path in _ASSETS.iterdir() if path.is_dir()))


def save_directions(folder: str | os.PathLike, directions: "Directions") -> None:
    """Writes `EMOTION.npy`, float32 `[L, 512]`, for each, and then `REPORT_FILE`."""
    folder = pathlib.Path(folder)
    for emotion, vector in directions.vectors.items():
        with write_atomically(folder / f"{emotion.label}.npy") as temporary:
            np.save(temporary, check_values(vector, f"the direction for {emotion.label}"))
    write_json(folder / REPORT_FILE, directions.report)


def load_direction(path_or_name: str | os.PathLike, num_layers: int) -> np.ndarray:
    """Reads a direction file of this or another project.

    Args:
        path_or_name: a .npy file holding `(L, 512)`, `(1, L, 512)` or `(512,)` (the same for every
            layer), or a shipped direction: "rendered-faces/happiness".
        num_layers: L of the generator that it is for.

    Returns:
        float32 `[num_layers, 512]`.

    Raises:
        InputError: no such file, or it does not hold a direction for `num_layers` layers.
    """
    path = pathlib.Path(path_or_name)
    if not path.is_file():
        path = _ASSETS / f"{path_or_name}.npy"
    if not path.is_file():
        names = ", ".join(shipped_directions())
        raise InputError(f"{path_or_name} is neither a direction file nor one that ships ({names})")
    array = read_array(path)
    if not np.issubdtype(array.dtype, np.floating):
        raise InputError(f"{path} holds {array.dtype}; a direction is floating point")
    if array.shape == (W_SIZE,):
        array = np.tile(array, (num_layers, 1))
    elif array.ndim == 3 and array.shape[0] == 1:
        array = array[0]
    if array.ndim != 2 or array.shape[1] != W_SIZE:
        raise InputError(
            f"{path} has shape {array.shape}; a direction is ({num_layers}, {W_SIZE}), "
            f"(1, {num_layers}, {W_SIZE}) or ({W_SIZE},)"
        )
    if len(array) != num_layers:
        raise InputError(
            f"{path} has {len(array)} layers, the generator has {num_layers}: it was learnt for "
            "another network"
        )
    return check_values(array, str(path))


def shipped_directions() -> list[str]:
    """Names of the directions that come with the package."""
    return sorted(f"{path.parent.name}/{path.stem}" for path in _ASSETS.glob("*/*.npy"))


def direction_names(source: str | os.PathLike) -> list[str]:
    """What a folder of directions, or one of `SHIPPED`, has: `happiness`, `yaw` and so on."""
    return sorted(path.stem for path in _folder(source).glob("*.npy"))


def check_directions(source: str | os.PathLike, emotions: Iterable[Emotion] = ()) -> None:
    """Refuses a source in which a direction is missing; loads nothing.

    Args:
        source: a folder with `happiness.npy` and so on, or one of `SHIPPED`.
        emotions: those that are needed.

    Raises:
        InputError: there is no such folder, no direction in it, or no file for an emotion.
    """
    folder = _folder(source)
    if not folder.is_dir():
        raise InputError(
            f"there is no folder {folder} of directions; those that ship: {', '.join(SHIPPED)}"
        )
    needed = list(emotions)
    if not needed and not direction_names(source):
        raise InputError(f"{folder} holds no directions, such as happiness.npy")
    for emotion in needed:
        if not _file(folder, emotion).is_file():
            raise InputError(f"{folder} has no {emotion.label}.npy; learn it or leave it out")


def load_directions(
    source: str | os.PathLike, emotions: Iterable[Emotion], num_layers: int
) -> dict[Emotion, np.ndarray]:
    """The directions of some emotions: float32 `[num_layers, 512]` each.

    Args:
        source: as for `check_directions`.
        emotions: which ones.
        num_layers: L of the generator that they are for.

    Raises:
        InputError: a direction is missing or was learnt with another number of layers.
    """
    emotions = list(emotions)
    check_directions(source, emotions)
    folder = _folder(source)
    return {emotion: load_direction(_file(folder, emotion), num_layers) for emotion in emotions}


def _folder(source: str | os.PathLike) -> pathlib.Path:
    return _ASSETS / source if str(source) in SHIPPED else pathlib.Path(source)


def _file(folder: pathlib.Path, emotion: Emotion) -> pathlib.Path:
    return folder / f"{emotion.label}.npy"
