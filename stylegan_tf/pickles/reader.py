"""The official network pickles, read safely and written so that NVIDIA's own code reads them."""

import dataclasses
import io
import lzma
import mmap
import os
import pathlib
from collections.abc import Iterable
from typing import Any, BinaryIO

import numpy as np

from stylegan_tf.errors import InputError
from stylegan_tf.files import write_atomically
from stylegan_tf.pickles.unpickler import unpickle
from stylegan_tf.pickles.values import PickleFormatError, RawNetwork, UnsafePickleError, settle
from stylegan_tf.pickles.writer import PickleWriter

MAX_UNPACKED_BYTES = 768 << 20  # of a compressed pickle; a full-size StyleGAN2 has 382 MB
MAX_COMPONENT_DEPTH = 4  # official files have one level: G with its mapping and synthesis
_STATE_KEYS = ("version", "name", "static_kwargs", "build_module_src", "build_func_name")


@dataclasses.dataclass
class NetworkState:
    """What an official pickle says about one network.

    Attributes:
      func: the name of the function in NVIDIA's code that builds it, such as `G_main`.
      name: the network's own name, such as `Gs`.
      static_kwargs: the arguments that were passed to `func` explicitly.
      variables: local name → value, in the pickle's order.
      components: the networks inside, by their role (`mapping`, `synthesis`).
      version: the version of the state's layout, 2 to 4.
      module_source: the Python source that the pickle carries. It is never executed.
    """

    func: str
    name: str = ""
    static_kwargs: dict[str, Any] = dataclasses.field(default_factory=dict)
    variables: dict[str, np.ndarray] = dataclasses.field(default_factory=dict)
    components: dict[str, "NetworkState"] = dataclasses.field(default_factory=dict)
    version: int = 4
    module_source: str = ""


def read_pickle(path: str | os.PathLike) -> list[NetworkState]:
    """Reads the networks of an official pickle: (G, D, Gs), or one network alone.

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
        data = _read_bytes(path)
        refuse_other_formats(data[:512], len(data))
        return networks_of(unpickle(data))
    except PickleFormatError as error:
        raise type(error)(f"{path}: {error}") from error.__cause__


def _read_bytes(path: pathlib.Path) -> bytes | mmap.mmap:
    if path.stat().st_size == 0:
        raise PickleFormatError("the file is empty")
    with open(path, "rb") as file:
        if file.read(6) != b"\xfd7zXZ\x00":
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        file.seek(0)
        return _unpack(file)


def release_pages(state: NetworkState) -> None:
    """Lets go of the memory of the file that a state's arrays are views of.

    The arrays stay valid: their pages are read again if they are used again.
    """
    for array in state.variables.values():
        base: Any = array
        while isinstance(base, np.ndarray | memoryview):
            base = base.base if isinstance(base, np.ndarray) else base.obj
        if isinstance(base, mmap.mmap):
            if hasattr(mmap, "MADV_DONTNEED"):
                base.madvise(mmap.MADV_DONTNEED)
            return


def _unpack(file: BinaryIO) -> bytes:
    unpacked = io.BytesIO()
    try:
        with lzma.open(file) as stream:
            while piece := stream.read(1 << 20):
                unpacked.write(piece)
                if unpacked.tell() > MAX_UNPACKED_BYTES:
                    raise UnsafePickleError(
                        f"it unpacks to more than {MAX_UNPACKED_BYTES >> 20} MiB; "
                        "unpack it by hand (xz -d) if you trust it"
                    )
    except (lzma.LZMAError, EOFError) as error:
        raise PickleFormatError(
            f"a damaged xz file ({error}); download or copy it again"
        ) from error
    return unpacked.getvalue()


def refuse_other_formats(head: bytes, size: int) -> None:
    """Raises PickleFormatError if `head`, a file's first bytes, is a known format but no pickle."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<!doctype", b"<html", b"<?xml", b"<head")):
        raise PickleFormatError(
            "a web page, not a network: the download gave an error or confirmation page "
            "(Google Drive's quota or virus-scan page, most often); download it again in a browser"
        )
    if head.startswith(b"version https://git-lfs"):
        raise PickleFormatError(
            f"a Git LFS pointer of {size} bytes, not the file itself: run `git lfs pull`"
        )
    if head.startswith(b"PK\x03\x04"):
        raise PickleFormatError(
            "a zip archive: a PyTorch checkpoint, or an archive to unpack first"
        )
    for magic, name in _MAGIC.items():
        if head.startswith(magic):
            raise PickleFormatError(f"{name}, not a network pickle")
    if not head.startswith(b"\x80"):
        raise PickleFormatError(
            "not a pickle; official networks are pickles of protocol 2 or later"
        )


_MAGIC = {
    b"\x1f\x8b": "a gzip archive (unpack it first)",
    b"BZh": "a bzip2 archive (unpack it first)",
    b"\x89HDF": "an HDF5 file",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"%PDF": "a PDF document",
    b"\x93NUMPY": "a NumPy array",
    b"ustar": "a tar archive",
}


def networks_of(value: Any) -> list[NetworkState]:
    """Checks what `unpickle` gave and turns it into network states."""
    value = settle(value)
    if isinstance(value, RawNetwork):
        return [_network_state(value, 0)]
    if not isinstance(value, tuple | list) or not 1 <= len(value) <= 3:
        raise PickleFormatError(
            "the pickle holds no networks; an official file has the tuple (G, D, Gs)"
        )
    networks = [settle(network) for network in value]
    if not all(isinstance(network, RawNetwork) for network in networks):
        raise PickleFormatError(
            "the pickle holds something else than networks; an official file has (G, D, Gs)"
            + (
                ". A dict of modules is a PyTorch pickle (StyleGAN2-ADA, StyleGAN3)"
                if isinstance(value, dict)
                else ""
            )
        )
    return [_network_state(network, 0) for network in networks]


def _network_state(network: RawNetwork, depth: int) -> NetworkState:
    if depth > MAX_COMPONENT_DEPTH:
        raise UnsafePickleError("networks within networks, deeper than any official file's")
    raw = network.state
    version = settle(raw.get("version"))
    if version not in (2, 3, 4):
        raise PickleFormatError(f"network state version {version!r} is not known (2, 3 or 4)")
    missing = [key for key in (*_STATE_KEYS, "variables") if key not in raw]
    if missing:
        raise PickleFormatError(f"the network's state lacks {missing[0]!r}")
    unknown = [key for key in raw if key not in (*_STATE_KEYS, "variables", "components")]
    if unknown:
        raise PickleFormatError(f"the network's state has an unknown part {unknown[0][:60]!r}")
    for key in ("name", "build_module_src", "build_func_name"):
        if not isinstance(raw[key], str):
            raise PickleFormatError(f"the network's {key} is not text")
    components = settle(raw.get("components", {}))
    if not isinstance(components, dict) or len(components) > 16:
        raise PickleFormatError("the network's components are not a dict of networks")
    states = {}
    for role, component in components.items():
        component = settle(component)
        if not isinstance(component, RawNetwork):
            raise PickleFormatError(f"the network's component {role[:60]!r} is not a network")
        states[role] = _network_state(component, depth + 1)
    return NetworkState(
        func=raw["build_func_name"].rpartition(".")[2],
        name=raw["name"],
        static_kwargs=_static_kwargs(settle(raw["static_kwargs"])),
        variables=_variables(settle(raw["variables"])),
        components=states,
        version=version,
        module_source=raw["build_module_src"],
    )


def _static_kwargs(kwargs: Any) -> dict[str, Any]:
    if not isinstance(kwargs, dict):
        raise PickleFormatError("the network's static_kwargs are not a dict")
    return {key: _option(key, value) for key, value in kwargs.items()}


def _option(key: str, value: Any) -> Any:
    value = settle(value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray) and value.size <= 4096:
        return value.tolist()
    if isinstance(value, list | tuple) and len(value) <= 64:
        rows = [settle(row) for row in value]
        if all(isinstance(row, int | float) for row in rows):
            return rows
        if all(
            isinstance(row, list | tuple)
            and len(row) <= 64
            and all(isinstance(number, int | float) for number in row)
            for row in rows
        ):
            return [list(row) for row in rows]
    raise PickleFormatError(
        f"the network's option {key[:60]!r} has a value of type {type(value).__name__}"
    )


def _variables(pairs: Any) -> dict[str, np.ndarray]:
    if not isinstance(pairs, list | tuple):
        raise PickleFormatError("the network's variables are not a list")
    variables: dict[str, np.ndarray] = {}
    for pair in pairs:
        if not isinstance(pair, tuple | list) or len(pair) != 2 or not isinstance(pair[0], str):
            raise PickleFormatError("the network's variables are not (name, value) pairs")
        name, value = pair[0], settle(pair[1])
        if not isinstance(value, np.ndarray | np.generic | int | float):
            raise PickleFormatError(f"the variable {name[:60]!r} is not an array")
        if name in variables:
            raise PickleFormatError(f"the variable {name[:60]!r} appears twice")
        variables[name] = value if isinstance(value, np.ndarray) else np.asarray(value)
    return variables


def write_pickle(path: str | os.PathLike, networks: Iterable[NetworkState]) -> None:
    """Writes networks as an official pickle: a tuple in the order given, G, D, Gs by custom.

    Arrays of equal content are written once and shared. A name that ends in `.xz` is packed.
    The file appears whole or not at all.
    """
    path = pathlib.Path(path)
    with write_atomically(path) as temporary:
        opener = lzma.open if path.suffix == ".xz" else open
        with opener(temporary, "wb") as file:
            PickleWriter(file).write(tuple(networks))
