"""Reads the official network pickles; nothing in them is executed."""

import mmap
import os
import pathlib

from stylegan_tf.errors import InputError
from stylegan_tf.pickles.errors import PickleFormatError
from stylegan_tf.pickles.file_bytes import read_bytes
from stylegan_tf.pickles.formats import refuse_other_formats
from stylegan_tf.pickles.network_state import NetworkState
from stylegan_tf.pickles.tensorflow_networks import networks_of
from stylegan_tf.pickles.torch_networks import networks_of_torch
from stylegan_tf.pickles.torch_values import torch_vocabulary
from stylegan_tf.pickles.unpickler import unpickle


def read_pickle(path: str | os.PathLike) -> list[NetworkState]:
    """Reads the networks of an official pickle: (G, D, Gs), or one network alone.

    TensorFlow pickles of Progressive GAN, StyleGAN, StyleGAN2 and StyleGAN2-ADA are read, and the
    StyleGAN2 networks of NVIDIA's PyTorch pickles (StyleGAN2-ADA's and StyleGAN3's repositories).

    A name that ends in `.xz` is unpacked on the way. Arrays of a plain file are views of the
    file's pages, so that nothing is copied until a network is built.

    Raises:
      PickleFormatError: the file is something else, or damaged; the message says which.
      UnsafePickleError: it asks for something that no official network file contains.
      InputError: there is no such file.
    """
    path = pathlib.Path(path)
    if path.is_dir():
        raise InputError(f"{path} is a folder, not a network pickle")
    if not path.is_file():
        raise InputError(f"no network file at {path}")
    try:
        data = read_bytes(path)
        refuse_other_formats(data[:512], len(data))
        return networks_in(data)
    except PickleFormatError as error:
        raise type(error)(f"{path}: {error}") from error.__cause__


def networks_in(data: bytes | mmap.mmap) -> list[NetworkState]:
    """The networks in the bytes of a pickle; raises PickleFormatError as `read_pickle` does."""
    value = unpickle(data, torch_vocabulary())
    return networks_of_torch(value) if isinstance(value, dict) else networks_of(value)
