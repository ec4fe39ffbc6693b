"""A reader of Lua Torch's binary files that can build numbers, text, tables and arrays, no more.

Lua Torch ("Torch7") wrote a network as a tree of objects, each preceded by its class and version.
Here a class name is text: nothing is looked up, called or executed for it, Lua functions are
refused, and so is every class that is neither a tensor, a storage nor a module of `nn`. Nothing is
allocated on the word of the file: every length is checked against the bytes that are there, and
arrays are views of the file's own bytes.
"""

import dataclasses
import os
import pathlib
import re
import struct
from typing import Any

import numpy as np

from stylegan_tf.errors import InputError

MAX_FILE_BYTES = 256 << 20  # nn4.small2.v1.t7 has 31.5 MB
MAX_VALUES = 1 << 18  # that file's network has some 10,000
MAX_DEPTH = 64  # and nests about 20 deep
MAX_TEXT_BYTES = 1 << 12
MAX_DIMENSIONS = 8

_NIL, _NUMBER, _TEXT, _TABLE, _OBJECT, _BOOLEAN = range(6)
_FUNCTIONS = (6, 7, 8)
_DTYPES = {
    "Float": "<f4",
    "Double": "<f8",
    "Long": "<i8",
    "Int": "<i4",
    "Short": "<i2",
    "Char": "<i1",
    "Byte": "<u1",
    "Cuda": "<f4",
    "CudaDouble": "<f8",
    "CudaLong": "<i8",
    "CudaInt": "<i4",
    "CudaShort": "<i2",
    "CudaChar": "<i1",
    "CudaByte": "<u1",
}
_ARRAY_CLASS = re.compile(r"torch\.(\w+?)(Tensor|Storage)")
_MODULE_CLASS = re.compile(r"(?:nn|cunn|cudnn|fbcunn)\.(\w+)")
_VERSION = re.compile(r"V (\d{1,4})")
# What people have in place of the file, by its first bytes.
_IMPOSTORS = (
    (b"version https://git-lfs", "a Git LFS pointer, not the file it stands for"),
    (b"<", "a web page (HTML or XML), saved in place of the file"),
    (b"PK\x03\x04", "a zip archive, which is what PyTorch saves, not Lua Torch"),
    (b"\x80", "a Python pickle, not a Lua Torch file"),
    (b"\x1f\x8b", "a gzip archive; unpack it first"),
    (b"BZh", "a bzip2 archive; unpack it first"),
    (b"\xfd7zXZ", "an xz archive; unpack it first"),
    (b"4\n", "a Lua Torch file in its text form; only the binary form is read"),
)


class Torch7FileError(InputError):
    """A file is no Lua Torch file, is damaged, or holds what a network does not need."""


@dataclasses.dataclass(frozen=True, eq=False)
class Torch7Module:
    """An object of a class of `nn`: its class, the version it was written with, and its fields.

    Attributes:
      kind: the class without its package: `SpatialConvolution` for `nn.SpatialConvolution`.
      version: 0 where the file states none.
      fields: field → number (float), text, boolean, None, array, table (dict) or module.
    """

    kind: str
    version: int
    fields: dict[Any, Any]


def read_torch7_file(path: str | os.PathLike[str]) -> Any:
    """Reads the one value of a Lua Torch file (binary, little-endian, 64-bit).

    Returns:
      A number (float), text, boolean, None, a table (dict with float, str or bool keys), a
      `Torch7Module`, or a read-only array (tensors have their sizes; storages are flat).

    Raises:
      Torch7FileError: there is no such file, it is too large, damaged or of another kind, or it
        holds a function or a class that networks have no use for.
    """
    path = pathlib.Path(path)
    if not path.is_file():
        raise Torch7FileError(f"there is no file {path}")
    size = path.stat().st_size
    if size > MAX_FILE_BYTES:
        raise Torch7FileError(f"{path} has {size} bytes; at most {MAX_FILE_BYTES} are read")
    try:
        return parse_torch7(path.read_bytes())
    except Torch7FileError as error:
        raise Torch7FileError(f"{path} {error}") from None


def parse_torch7(data: bytes) -> Any:
    """Reads the one value in `data`; see `read_torch7_file`. Messages lack the file's name."""
    if not data:
        raise Torch7FileError("is empty")
    opening = data[:64].lstrip(b" \t\r\n\xef\xbb\xbf")
    for start, what in _IMPOSTORS:
        if opening.startswith(start):
            raise Torch7FileError(f"is {what}")
    reader = _Reader(data)
    value = reader.read_value(0)
    if reader.position != len(data):
        raise Torch7FileError(
            f"has {len(data) - reader.position} bytes too many: it is damaged or of another kind"
        )
    return value


class _Open:
    """Stands for an indexed object whose contents are still being read."""


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self.position = 0
        self._known: dict[int, Any] = {}
        self._values = 0

    def read_value(self, depth: int) -> Any:
        self._values += 1
        if self._values > MAX_VALUES:
            raise Torch7FileError(f"holds more than {MAX_VALUES} values; no network does")
        if depth > MAX_DEPTH:
            raise Torch7FileError(f"nests more than {MAX_DEPTH} deep; no network does")
        at = self.position
        kind = self._int()
        if kind == _NIL:
            return None
        if kind == _NUMBER:
            return float(self._unpack("<d"))
        if kind == _TEXT:
            return self._text()
        if kind == _BOOLEAN:
            flag = self._int()
            if flag not in (0, 1):
                raise Torch7FileError(f"has a boolean of value {flag} at byte {at}; it is damaged")
            return bool(flag)
        if kind in (_TABLE, _OBJECT):
            return self._indexed(kind, depth)
        if kind in _FUNCTIONS:
            raise Torch7FileError(
                f"holds a Lua function at byte {at}; nothing in a file is ever executed"
            )
        raise Torch7FileError(
            f"is not a Lua Torch file, or damaged: at byte {at} stands a value of kind {kind}"
        )

    def _indexed(self, kind: int, depth: int) -> Any:
        """A table or an object; one that was read before is only referred to by its index."""
        at = self.position
        index = self._int()
        if index in self._known:
            known = self._known[index]
            if isinstance(known, _Open):
                raise Torch7FileError(f"holds an object that contains itself, at byte {at}")
            if isinstance(known, dict) != (kind == _TABLE):
                raise Torch7FileError(f"takes a table for an object at byte {at}; it is damaged")
            return known
        self._known[index] = _Open()
        value = self._table(depth) if kind == _TABLE else self._object(depth)
        self._known[index] = value
        return value

    def _table(self, depth: int) -> dict[Any, Any]:
        at = self.position
        count = self._int()
        # A key and a value take 8 bytes at the least.
        if not 0 <= count <= (len(self._data) - self.position) // 8:
            raise Torch7FileError(f"has a table of {count} entries at byte {at}; it is cut short")
        table: dict[Any, Any] = {}
        for _ in range(count):
            key = self.read_value(depth + 1)
            if not isinstance(key, (float, str, bool)):
                raise Torch7FileError(
                    f"has a table near byte {at} with a key that is no number, text or boolean"
                )
            if key in table:
                raise Torch7FileError(f"has a table near byte {at} with the key {key!r} twice")
            table[key] = self.read_value(depth + 1)
        return table

    def _object(self, depth: int) -> Any:
        at = self.position
        name = self._text()
        version = 0
        match = _VERSION.fullmatch(name)
        if match:
            version, name = int(match[1]), self._text()
        array = _ARRAY_CLASS.fullmatch(name)
        if array and array[1] in _DTYPES:
            dtype = np.dtype(_DTYPES[array[1]])
            return self._tensor(dtype, depth) if array[2] == "Tensor" else self._storage(dtype)
        module = _MODULE_CLASS.fullmatch(name)
        if not module:
            raise Torch7FileError(
                f"holds an object of class {name[:60]!r} at byte {at}; only tensors, storages and "
                "modules of nn are read"
            )
        fields = self.read_value(depth + 1)
        if not isinstance(fields, dict):
            raise Torch7FileError(f"has a {name} at byte {at} without a table of fields")
        return Torch7Module(module[1], version, fields)

    def _storage(self, dtype: np.dtype) -> np.ndarray:
        at = self.position
        count = self._long()
        left = len(self._data) - self.position
        if not 0 <= count <= left // dtype.itemsize:
            raise Torch7FileError(
                f"has a storage of {count} numbers at byte {at} and {left} bytes after it; it is "
                "cut short"
            )
        values = np.frombuffer(self._data, dtype, count, self.position)
        self.position += count * dtype.itemsize
        return values

    def _tensor(self, dtype: np.dtype, depth: int) -> np.ndarray:
        at = self.position
        dimensions = self._int()
        if not 0 <= dimensions <= MAX_DIMENSIONS:
            raise Torch7FileError(f"has a tensor of {dimensions} dimensions at byte {at}")
        sizes = [self._long() for _ in range(dimensions)]
        strides = [self._long() for _ in range(dimensions)]
        offset = self._long() - 1  # Lua counts from 1
        storage = self.read_value(depth + 1)
        if storage is None or not dimensions:
            if any(sizes):
                raise Torch7FileError(f"has a tensor of sizes {sizes} and no numbers at byte {at}")
            return np.zeros([0], dtype)
        if not isinstance(storage, np.ndarray) or storage.ndim != 1 or storage.dtype != dtype:
            raise Torch7FileError(f"has a tensor at byte {at} whose storage is of another kind")
        # The elements number no more than the storage's, and none lies outside it.
        last, elements, steps = offset, 1, []
        for size, stride in zip(sizes, strides, strict=True):
            if size < 1 or stride < 0:
                raise Torch7FileError(
                    f"has a tensor of sizes {sizes} and strides {strides} at byte {at}"
                )
            last += (size - 1) * stride
            elements *= size
            steps.append(stride * dtype.itemsize if size > 1 else 0)
        if offset < 0 or last >= len(storage) or elements > len(storage):
            raise Torch7FileError(
                f"has a tensor at byte {at} (sizes {sizes}, strides {strides}, offset "
                f"{offset + 1}) that does not lie within its {len(storage)} numbers"
            )
        view = np.lib.stride_tricks.as_strided(storage[offset:], sizes, steps)
        view.flags.writeable = False
        return view

    def _text(self) -> str:
        at = self.position
        length = self._int()
        if not 0 <= length <= MAX_TEXT_BYTES:
            raise Torch7FileError(
                f"is not a Lua Torch file, or damaged: at byte {at} stands a text of {length} bytes"
            )
        text = self._data[self.position : self.position + length]
        if len(text) < length:
            raise self._cut_short()
        self.position += length
        return text.decode("latin-1")

    def _int(self) -> int:
        return int(self._unpack("<i"))

    def _long(self) -> int:
        return int(self._unpack("<q"))

    def _unpack(self, form: str) -> float | int:
        end = self.position + struct.calcsize(form)
        if end > len(self._data):
            raise self._cut_short()
        (value,) = struct.unpack_from(form, self._data, self.position)
        self.position = end
        return value

    def _cut_short(self) -> Torch7FileError:
        return Torch7FileError(f"is cut short: it ends at byte {len(self._data)} amid a value")
