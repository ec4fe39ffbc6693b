"""Writes network pickles that NVIDIA's own code reads.

Python's own pickler would have to import NVIDIA's modules to name them, and numpy 2 would write
module names that the numpy of TensorFlow 1's time does not have.
"""

import hashlib
import lzma
import os
import pathlib
import struct
from collections.abc import Callable, Iterable, Mapping
from typing import Any, BinaryIO, cast

import numpy as np

from stylegan_tf.errors import InputError
from stylegan_tf.files.whole_files import write_atomically
from stylegan_tf.pickles.network_state import NetworkState

_STYLEGAN2 = ("training.networks_stylegan2", "https://github.com/NVlabs/stylegan2")
_ADA = ("training.networks", "https://github.com/NVlabs/stylegan2-ada")
_STYLEGAN = ("training.networks_stylegan", "https://github.com/NVlabs/stylegan")
_PROGAN = ("training.networks_progan", "https://github.com/NVlabs/stylegan")
_PROGAN_2017 = ("networks", "https://github.com/tkarras/progressive_growing_of_gans")
_MODULES = {
    "G_main": _STYLEGAN2,
    "D_main": _ADA,
    "D_stylegan": _STYLEGAN2,
    "D_stylegan2": _STYLEGAN2,
    "G_style": _STYLEGAN,
    "D_basic": _STYLEGAN,
    "G_paper": _PROGAN,
    "D_paper": _PROGAN,
}


def write_pickle(path: str | os.PathLike, networks: Iterable[NetworkState]) -> None:
    """Writes networks as an official pickle: a tuple in the order given, G, D, Gs by custom.

    Arrays of equal content are written once and shared. A name that ends in `.xz` is packed.
    The file appears whole or not at all.
    """
    path = pathlib.Path(path)
    with write_atomically(path) as temporary:
        opener = lzma.open if path.suffix == ".xz" else open
        with opener(temporary, "wb") as file:
            PickleWriter(cast(BinaryIO, file)).write(tuple(networks))


class PickleWriter:
    """Writes the pickle opcodes (protocol 4) of networks, texts, numbers, lists and arrays."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._memo: dict[Any, int] = {}

    def write(self, networks: tuple[NetworkState, ...]) -> None:
        """Writes the whole pickle: one network, or a tuple of two or three."""
        if not 1 <= len(networks) <= 3:
            raise InputError(f"a network pickle holds 1 to 3 networks, not {len(networks)}")
        self._file.write(b"\x80\x04")
        if len(networks) == 1:
            self._network(networks[0], networks[0].func)
        else:
            for network in networks:
                self._network(network, network.func)
            self._file.write(b"\x86" if len(networks) == 2 else b"\x87")
        self._file.write(b".")

    def _network(self, network: NetworkState, owner: str) -> None:
        """Writes a network; `owner` is the function of the outermost one it is part of."""
        self._global("tfutil" if network.version == 2 else "dnnlib.tflib.network", "Network")
        self._file.write(b")\x81")
        self._file.write(b"}(")
        for key, value in (
            ("version", network.version),
            ("name", network.name),
            ("static_kwargs", network.static_kwargs),
            ("build_module_src", network.module_source or _module_source(owner, network.version)),
            ("build_func_name", network.func),
            ("variables", list(network.variables.items())),
        ):
            self._value(key)
            self._value(value)
        if network.version > 2 or network.components:
            self._value("components")
            self._file.write(b"}(")
            for role, component in network.components.items():
                self._value(role)
                self._network(component, owner)
            self._file.write(b"u")
        self._file.write(b"ub")

    def _value(self, value: Any) -> None:
        write = self._file.write
        if value is None:
            write(b"N")
        elif isinstance(value, bool):
            write(b"\x88" if value else b"\x89")
        elif isinstance(value, int):
            if -(2**31) <= value < 2**31:
                write(b"J" + struct.pack("<i", value))
            else:
                raw = value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True)
                write(b"\x8a" + bytes([len(raw)]) + raw)
        elif isinstance(value, float):
            write(b"G" + struct.pack(">d", value))
        elif isinstance(value, str):
            self._memoized(("text", value), lambda: self._text(value))
        elif isinstance(value, np.ndarray):
            self._array(value)
        elif isinstance(value, Mapping):
            write(b"}(")
            for key, item in value.items():
                self._value(key)
                self._value(item)
            write(b"u")
        elif isinstance(value, list):
            write(b"](")
            for item in value:
                self._value(item)
            write(b"e")
        elif isinstance(value, tuple):
            write(b"(")
            for item in value:
                self._value(item)
            write(b"t")
        else:
            raise InputError(f"a network pickle cannot hold a {type(value).__name__}")

    def _text(self, text: str) -> None:
        raw = text.encode("utf-8", "surrogatepass")
        self._file.write(b"X" + struct.pack("<I", len(raw)) + raw)

    def _bytes(self, data: memoryview) -> None:
        if data.nbytes < 2**32:
            self._file.write(b"B" + struct.pack("<I", data.nbytes))
        else:
            self._file.write(b"\x8e" + struct.pack("<Q", data.nbytes))
        self._file.write(data)

    def _global(self, module: str, name: str) -> None:
        def write_names() -> None:
            self._value(module)
            self._value(name)
            self._file.write(b"\x93")

        self._memoized(("global", module, name), write_names)

    def _dtype(self, dtype: np.dtype) -> None:
        def write_dtype() -> None:
            self._global("numpy", "dtype")
            self._value((dtype.str[1:], False, True))
            self._file.write(b"R")
            order = dtype.str[0]
            self._value((3, order, None, None, None, -1, -1, 0))
            self._file.write(b"b")

        self._memoized(("dtype", dtype.str), write_dtype)

    def _array(self, array: np.ndarray) -> None:
        array = np.asarray(array, order="C")
        data = array.reshape(-1).view(np.uint8).data
        digest = hashlib.sha256(data).digest()
        self._memoized(
            ("array", array.dtype.str, array.shape, digest), lambda: self._new_array(array, data)
        )

    def _new_array(self, array: np.ndarray, data: memoryview) -> None:
        if array.ndim == 0:  # NVIDIA's files hold scalars as numpy scalars
            self._global("numpy.core.multiarray", "scalar")
            self._dtype(array.dtype)
            self._bytes(data)
            self._file.write(b"\x86R")
            return
        self._global("numpy.core.multiarray", "_reconstruct")
        self._global("numpy", "ndarray")
        self._value((0,))
        self._file.write(b"C\x01b\x87R")
        self._file.write(b"(")
        self._value(1)
        self._value(array.shape)
        self._dtype(array.dtype)
        self._value(False)
        self._bytes(data)
        self._file.write(b"tb")

    def _memoized(self, key: Any, write: Callable[[], None]) -> None:
        if key in self._memo:
            index = self._memo[key]
            self._file.write(
                b"h" + bytes([index]) if index < 256 else b"j" + struct.pack("<I", index)
            )
            return
        write()
        self._memo[key] = len(self._memo)
        self._file.write(b"\x94")


def _module_source(func: str, version: int) -> str:
    """A short module text that hands on NVIDIA's own functions; their code runs it on loading."""
    if func not in _MODULES:
        raise InputError(f"the module of the network function {func!r} is not known")
    module, address = {2: _PROGAN_2017, 5: _ADA}.get(version, _MODULES[func])
    return f"# Needs the code at {address} on the Python path.\nfrom {module} import *\n"
