"""The values that a network pickle may hold, and the names it may give to make them.

A name stands for a constructor of our own here; NVIDIA's or numpy's is never imported or called.
"""

from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple

import numpy as np

from stylegan_tf.pickles.errors import PickleFormatError, UnsafePickleError

MAX_ARRAY_DIMENSIONS = 8


class RawNetwork(NamedTuple):
    """A `dnnlib.tflib.network.Network` as the pickle describes it: its state dict, unchecked."""

    state: dict


class Global(NamedTuple):
    """A name that the pickle would have imported; here it is only a name, of a known kind."""

    module: str
    name: str
    kind: str

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"


class Instance:
    """An object between its making and its BUILD; `value` is what it stands for afterwards."""

    __slots__ = ("kind", "value")

    def __init__(self, kind: str, value: Any = None) -> None:
        self.kind = kind
        self.value = value


NETWORK = "dnnlib.tflib.network.Network"
KNOWN = {
    ("dnnlib.tflib.network", "Network"): NETWORK,
    ("tfutil", "Network"): NETWORK,  # Progressive GAN's own module
    ("network", "Network"): NETWORK,
    ("numpy", "ndarray"): "ndarray",
    ("numpy", "dtype"): "dtype",
    ("numpy.core.multiarray", "_reconstruct"): "_reconstruct",
    ("numpy._core.multiarray", "_reconstruct"): "_reconstruct",
    ("numpy.core.multiarray", "scalar"): "scalar",
    ("numpy._core.multiarray", "scalar"): "scalar",
    ("collections", "OrderedDict"): "dict",
    ("dnnlib.util", "EasyDict"): "dict",
    ("dnnlib", "EasyDict"): "dict",
    ("_codecs", "encode"): "encode",
    ("__builtin__", "bytes"): "bytes",  # of no bytes, in protocols 0 to 2
}
_DTYPES = {
    **{f"f{n}": np.dtype(f"f{n}") for n in (2, 4, 8)},
    **{f"{kind}{n}": np.dtype(f"{kind}{n}") for kind in "iu" for n in (1, 2, 4, 8)},
    "b1": np.dtype("bool"),
}


def kind_of(value: Any) -> str:
    """What a name stands for; raises UnsafePickleError for anything else than a known name."""
    if type(value) is not Global:
        raise UnsafePickleError(f"the pickle calls a {type(value).__name__}")
    return value.kind


def short(error: object) -> str:
    """The text of an error in one line of 120 characters at most."""
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= 120 else text[:117] + "..."


def pairs(values: list[Any]) -> dict:
    """The dict of keys and values that lie in turn; keys are text."""
    if len(values) % 2:
        raise PickleFormatError("the pickle is damaged: a dict key without a value")
    keys = values[::2]
    for key in keys:
        if type(key) is not str:
            raise UnsafePickleError(f"the pickle has a dict key that is a {type(key).__name__}")
    return dict(zip(keys, values[1::2], strict=True))


def settle(value: Any) -> Any:
    """What an instance stands for; containers are settled where they are read."""
    if type(value) is Instance:
        if value.value is None:
            raise PickleFormatError(f"the pickle is damaged: a {value.kind} without its contents")
        return value.value
    if type(value) in (Global, DType):
        raise UnsafePickleError("the pickle holds a name in place of a value")
    return value


class DType:
    """A numpy dtype under construction: its name, then its byte order."""

    __slots__ = ("dtype",)

    def __init__(self, dtype: np.dtype) -> None:
        self.dtype = dtype

    def set_state(self, state: Any) -> None:
        """Sets the byte order; raises UnsafePickleError for more than plain numbers."""
        # (version, byte order, subdescriptor, names, fields, item size, alignment[, flags])
        if (
            type(state) is not tuple
            or len(state) not in (8, 9)
            or any(part is not None for part in state[2:5])
            or state[1] not in ("<", ">", "|", "=")
        ):
            raise UnsafePickleError("the pickle describes an array type that is not plain numbers")
        if state[1] in "<>":
            self.dtype = self.dtype.newbyteorder("<" if state[1] == "<" else ">")


def _make_dtype(*arguments: Any) -> DType:
    name = arguments[0] if arguments else None
    if not isinstance(name, str) or name.lstrip("<>=|") not in _DTYPES:
        raise UnsafePickleError(
            f"the pickle holds an array of type {repr(name)[:40]}; only plain numbers are read"
        )
    dtype = _DTYPES[name.lstrip("<>=|")]
    if name[0] not in "<>":
        return DType(dtype)
    return DType(dtype.newbyteorder("<" if name[0] == "<" else ">"))


def _make_empty_array(*arguments: Any) -> Instance:
    if (
        len(arguments) != 3
        or type(arguments[0]) is not Global
        or arguments[0].kind != "ndarray"
        or arguments[1] not in ((0,), ())
    ):
        raise UnsafePickleError("the pickle reconstructs something that is not a plain array")
    return Instance("ndarray")


def _make_scalar(*arguments: Any) -> Any:
    if len(arguments) != 2 or type(arguments[0]) is not DType:
        raise UnsafePickleError("the pickle holds a numpy scalar that is not a plain number")
    return _from_bytes(arguments[0].dtype, (), arguments[1], "C")[()]


def _make_dict(*arguments: Any) -> Instance:
    if len(arguments) > 1 or (arguments and type(arguments[0]) is not list):
        raise UnsafePickleError("the pickle makes a dict in an unknown way")
    items: list[Any] = []
    for pair in arguments[0] if arguments else ():
        if type(pair) not in (tuple, list) or len(pair) != 2:
            raise UnsafePickleError("the pickle makes a dict in an unknown way")
        items.extend(pair)
    return Instance("dict", pairs(items))


def _encode(*arguments: Any) -> bytes:
    # Protocols 0 to 2 write bytes as latin-1 text.
    if not 1 <= len(arguments) <= 2 or any(type(part) is not str for part in arguments):
        raise UnsafePickleError("the pickle encodes something that is not text")
    if arguments[1:] not in ((), ("latin1",), ("latin-1",)):
        raise UnsafePickleError("the pickle encodes a text in an unknown way")
    return arguments[0].encode("latin-1")


def _no_bytes(*arguments: Any) -> bytes:
    if arguments:
        raise UnsafePickleError("the pickle makes bytes in an unknown way")
    return b""


CALLS = {
    "bytes": _no_bytes,
    "dtype": _make_dtype,
    "_reconstruct": _make_empty_array,
    "scalar": _make_scalar,
    "dict": _make_dict,
    "encode": _encode,
}


class Vocabulary(NamedTuple):
    """The names that a pickle may use, and what they stand for.

    Attributes:
      known: (module, name) → kind.
      calls: kind → what a call of it makes; kinds that are not here cannot be called.
      persistent: what a persistent identifier stands for; None where there are none.
    """

    known: Mapping[tuple[str, str], str]
    calls: Mapping[str, Callable[..., Any]]
    persistent: Callable[[Any], Any] | None = None


TENSORFLOW = Vocabulary(KNOWN, CALLS)


def build_array(state: Any) -> np.ndarray:
    """The array of numpy's own description of one; a view of the file's bytes."""
    # (version, shape, dtype, Fortran order, bytes)
    if type(state) is not tuple or len(state) != 5 or type(state[2]) is not DType:
        raise UnsafePickleError("the pickle holds an array in an unknown form")
    _, shape, dtype, fortran_order, data = state
    if type(shape) is not tuple or len(shape) > MAX_ARRAY_DIMENSIONS:
        raise UnsafePickleError("the pickle holds an array with an unknown shape")
    return _from_bytes(dtype.dtype, shape, data, "F" if fortran_order else "C")


def _from_bytes(
    dtype: np.dtype, shape: tuple[int, ...], data: Any, order: Literal["C", "F"]
) -> np.ndarray:
    if isinstance(data, str):
        data = data.encode("latin-1")
    if not isinstance(data, bytes | memoryview):
        raise UnsafePickleError("the pickle holds an array of Python objects")
    count = 1
    for size in shape:
        if type(size) is not int or size < 0:
            raise UnsafePickleError("the pickle holds an array with an unknown shape")
        count *= size
    if count * dtype.itemsize != len(data):
        raise PickleFormatError(
            f"the pickle is damaged: an array of {count:,} numbers with {len(data):,} bytes"
        )
    array = np.frombuffer(data, dtype, count) if count else np.empty(0, dtype)
    return array.reshape(shape, order=order)
