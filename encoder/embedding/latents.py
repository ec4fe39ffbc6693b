"""Latent files: one NumPy array a face, codes of W+, (L, 512)."""

import os
import pathlib

import numpy as np

from stylegan_tf.errors import InputError
from stylegan_tf.files.arrays import read_array
from stylegan_tf.files.whole_files import write_atomically
from stylegan_tf.numbers import check_values

# Width of W in every network that NVIDIA published; a generator says its own as `dlatent_size`.
W_SIZE = 512


class LatentError(InputError):
    """An array or a file is not a latent in W+."""


def check_latent(
    w: np.ndarray,
    num_layers: int | None = None,
    name: str = "latent",
    w_size: int | None = W_SIZE,
) -> np.ndarray:
    """Returns a code of W+ as float32 (L, 512).

    Args:
      w: (L, 512) or (1, L, 512), or (512,) for one code of W that serves all layers.
      num_layers: L, the generator's number of layers; None takes L from the array, which must
        then have it.
      name: what the error message calls the array.
      w_size: the width of W, the generator's `dlatent_size`; None takes it from the array.

    Raises:
      LatentError: another shape, width or number of layers, not floating point, NaN, infinity or
        numbers beyond 1e6 in it, or a Z code: those come as (1, 512), and only `Gs.map` makes a
        latent of one.
    """
    w = np.asarray(w)
    if w_size is None:
        w_size = w.shape[-1] if w.ndim else W_SIZE
    if not np.issubdtype(w.dtype, np.floating):
        raise LatentError(f"{name} holds {w.dtype}; a latent is float32 (L, {w_size})")
    shape = w.shape
    if w.ndim == 3 and shape[0] == 1:
        w = w[0]
    if w.ndim == 1 and shape[0] == w_size and num_layers is not None:
        w = np.tile(w, (num_layers, 1))
    elif w.ndim == 2 and w.shape == (1, w_size):
        raise LatentError(
            f"{name} has the shape {shape} of a Z code; map it to W+ with Gs.map before saving it"
        )
    if w.ndim != 2 or w.shape[1] != w_size:
        raise LatentError(f"{name} has shape {shape}; a latent is ({num_layers or 'L'}, {w_size})")
    if num_layers is not None and w.shape[0] != num_layers:
        raise LatentError(
            f"{name} has {w.shape[0]} layers, the generator has {num_layers}: it was made for "
            "another network"
        )
    try:
        return check_values(w, name)
    except InputError as error:
        raise LatentError(str(error)) from None


def load_latent(
    path: str | os.PathLike, num_layers: int | None = None, w_size: int | None = W_SIZE
) -> np.ndarray:
    """Reads a latent file as float32 (L, 512); see `check_latent` for what is accepted.

    Raises:
      LatentError: no such file, not a NumPy array file, or not a latent.
    """
    path = pathlib.Path(path)
    if not path.is_file():
        raise LatentError(f"there is no latent file {path}")
    try:
        w = read_array(path)
    except InputError as error:
        raise LatentError(str(error)) from None
    return check_latent(w, num_layers, str(path), w_size)


def save_latent(path: str | os.PathLike, w: np.ndarray) -> None:
    """Writes a latent, (L, 512) or (1, L, 512), as float32 (L, 512), whole or not at all.

    Raises:
      LatentError: `w` is not a latent, or `path` does not end in .npy.
    """
    path = pathlib.Path(path)
    if path.suffix != ".npy":
        raise LatentError(f"a latent file ends in .npy: {path}")
    w = check_latent(w, w_size=None)
    with write_atomically(path) as temporary:
        np.save(temporary, w)
