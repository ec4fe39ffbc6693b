"""Where coarse encoders lie: files, and the one that ships."""

import os
import pathlib

from stylegan_tf.errors import InputError

_ASSETS = pathlib.Path(__file__).parents[1] / "assets"
# By the name of the generator whose latents they predict.
SHIPPED_ENCODERS = {"rendered-faces": _ASSETS / "rendered-faces.npz"}


def find_encoder(path_or_name: str | os.PathLike) -> pathlib.Path:
    """The file of a coarse encoder; loads nothing.

    Args:
      path_or_name: a file of tools/train_coarse_encoder.py, or "rendered-faces".

    Raises:
      InputError: there is no such file.
    """
    path = SHIPPED_ENCODERS.get(str(path_or_name), pathlib.Path(path_or_name))
    if not path.is_file():
        raise InputError(
            f"{path_or_name} is neither an encoder file nor one that ships "
            f"({', '.join(SHIPPED_ENCODERS)})"
        )
    return path
