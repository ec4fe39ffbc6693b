"""What the names in NVIDIA's PyTorch pickles stand for here; torch is neither needed nor imported.

A tensor is a view of a storage, and a storage is a small file of torch's older format inside the
pickle: five pickles of its own, then the raw numbers.
"""

import math
import struct
from typing import Any

import numpy as np

from stylegan_tf.pickles.errors import PickleFormatError, UnsafePickleError
from stylegan_tf.pickles.torch_networks import RawModule
from stylegan_tf.pickles.unpickler import unpickle_series
from stylegan_tf.pickles.values import MAX_ARRAY_DIMENSIONS, TENSORFLOW, Global, Vocabulary

MAX_STORAGES = 10_000  # an official file has about 1,000; so many are read in a second
PERSISTENCE_VERSION = 6  # of `torch_utils.persistence`, in all of NVIDIA's files
_STORAGE_MAGIC = 0x1950A86A20F9469CFC6C
_STORAGE_PROTOCOL = 1001
_STORAGE_PICKLES = 5
_STORAGE_OPCODES = 200  # of each of them; they have 5 to 40
_KNOWN = {
    ("torch_utils.persistence", "_reconstruct_persistent_obj"): "module",
    ("torch._utils", "_rebuild_parameter"): "parameter",
    ("torch._utils", "_rebuild_tensor_v2"): "tensor",
    ("torch.storage", "_load_from_bytes"): "storage",
    ("builtins", "set"): "set",
    ("__builtin__", "set"): "set",
}


def torch_vocabulary() -> Vocabulary:
    """The names of NVIDIA's network pickles, TensorFlow's and PyTorch's; for one file."""
    storages = _Storages()
    calls = {
        "module": _make_module,
        "parameter": _make_parameter,
        "tensor": _make_tensor,
        "storage": storages.read,
        "set": _make_set,
    }
    return Vocabulary({**TENSORFLOW.known, **_KNOWN}, {**TENSORFLOW.calls, **calls})


class _Storages:
    """Reads storages; a pickle that asks for far too many is refused."""

    def __init__(self) -> None:
        self._count = 0

    def read(self, *arguments: Any) -> np.ndarray:
        """`torch.storage._load_from_bytes(data)` → float32 `[n]`, a view of `data`."""
        self._count += 1
        if self._count > MAX_STORAGES:
            raise UnsafePickleError(f"the pickle reads more than {MAX_STORAGES:,} tensors")
        if len(arguments) != 1 or not isinstance(arguments[0], bytes | memoryview):
            raise UnsafePickleError("the pickle reads a tensor from something else than bytes")
        data = memoryview(arguments[0])
        parts, start = unpickle_series(data, _STORAGE_PICKLES, _STORAGE, _STORAGE_OPCODES)
        magic, protocol, machine, identifier, keys = parts
        if magic != _STORAGE_MAGIC or protocol != _STORAGE_PROTOCOL:
            raise PickleFormatError("a tensor inside the pickle is not in torch's format")
        if not isinstance(machine, dict) or machine.get("little_endian") is not True:
            raise PickleFormatError("a tensor inside the pickle is not little-endian")
        if type(identifier) is not _StorageId or keys != [identifier.key]:
            raise PickleFormatError("a tensor inside the pickle is damaged: another one's key")
        if len(data) != start + 8 + 4 * identifier.count:
            raise PickleFormatError(
                f"a tensor inside the pickle is damaged: {identifier.count:,} numbers in "
                f"{len(data):,} bytes"
            )
        if struct.unpack_from("<q", data, start)[0] != identifier.count:
            raise PickleFormatError("a tensor inside the pickle is damaged: two lengths differ")
        return np.frombuffer(data, "<f4", identifier.count, start + 8)


class _StorageId:
    """The persistent identifier of a storage: how many float32 numbers it has, and its key."""

    __slots__ = ("count", "key")

    def __init__(self, identifier: Any) -> None:
        # ('storage', torch.FloatStorage, key, device, count, view)
        if (
            type(identifier) is not tuple
            or len(identifier) != 6
            or identifier[0] != "storage"
            or type(identifier[1]) is not Global
            or not isinstance(identifier[2], str)
            or not isinstance(identifier[3], str)
            or type(identifier[4]) is not int
            or identifier[4] < 0
            or identifier[5] is not None
        ):
            raise UnsafePickleError("a tensor inside the pickle has an unknown kind of storage")
        self.key, self.count = identifier[2], identifier[4]


_STORAGE = Vocabulary({("torch", "FloatStorage"): "float32"}, {}, _StorageId)


def _make_tensor(*arguments: Any) -> np.ndarray:
    # (storage, offset, size, stride, requires_grad, hooks)
    if len(arguments) != 6 or type(arguments[0]) is not np.ndarray:
        raise UnsafePickleError("the pickle makes a tensor in an unknown way")
    storage, offset, size, stride = arguments[:4]
    for numbers in (size, stride, (offset,)):
        if (
            type(numbers) is not tuple
            or len(numbers) > MAX_ARRAY_DIMENSIONS
            or any(type(number) is not int or number < 0 for number in numbers)
        ):
            raise UnsafePickleError("the pickle holds a tensor with an unknown shape")
    if len(size) != len(stride):
        raise UnsafePickleError("the pickle holds a tensor with an unknown shape")
    count = math.prod(size)
    last = offset + sum((n - 1) * step for n, step in zip(size, stride, strict=True))
    if count > storage.size or (count and last >= storage.size):
        raise PickleFormatError(
            f"the pickle is damaged: a tensor {list(size)} of {storage.size:,} numbers"
        )
    if not count:
        return np.empty(size, np.float32)
    steps = [step * storage.itemsize for step in stride]
    return np.lib.stride_tricks.as_strided(storage[offset:], size, steps, writeable=False)


def _make_parameter(*arguments: Any) -> np.ndarray:
    # (tensor, requires_grad, hooks)
    if len(arguments) != 3 or type(arguments[0]) is not np.ndarray:
        raise UnsafePickleError("the pickle makes a parameter in an unknown way")
    return arguments[0]


def _make_set(*arguments: Any) -> frozenset:
    values = arguments[0] if len(arguments) == 1 else None
    if type(values) is not list or any(type(value) is not str for value in values):
        raise UnsafePickleError("the pickle makes a set of something else than texts")
    return frozenset(values)


def _make_module(*arguments: Any) -> RawModule:
    meta = arguments[0] if len(arguments) == 1 else None
    if type(meta) is not dict or meta.get("type") != "class":
        raise UnsafePickleError("the pickle makes a module in an unknown way")
    if meta.get("version") != PERSISTENCE_VERSION:
        raise PickleFormatError(
            f"the pickle's modules are of version {str(meta.get('version'))[:20]}, not "
            f"{PERSISTENCE_VERSION}"
        )
    name, state = meta.get("class_name"), meta.get("state")
    if not isinstance(name, str) or type(state) is not dict:
        raise PickleFormatError("the pickle holds a module without a name or state")
    return RawModule(name, state)
