"""NumPy's files, .npy and .npz, as input: header and size are checked before anything is read.

NumPy's own reader evaluates the header as Python's syntax and believes the size that it states.
Here a header is a fixed form of words, and arrays hold numbers or text.
"""

import io
import lzma
import math
import os
import pathlib
import re
import struct
import zipfile
import zlib
from typing import IO

import numpy as np

from stylegan_tf.errors import InputError
from stylegan_tf.files.whole_files import open_regular

MAX_BYTES = 256 << 20  # of one array
MAX_ARCHIVE_BYTES = 2 << 30  # of all arrays of an archive
MAX_ARRAYS = 10_000
_MAX_HEADER = 10_000  # as NumPy's own limit
_MAGIC = b"\x93NUMPY"
_HEADER = re.compile(
    r"\{'descr': ?'(?P<type>[^']{1,20})', ?'fortran_order': ?(?P<fortran>True|False), ?"
    r"'shape': ?\((?P<shape>[\dL, ]{0,300})\),? ?\}\s*"
)
_TYPE = re.compile(r"[<>|=]?[biufcU]\d{1,9}")
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    ValueError,
)


def read_array(path: str | os.PathLike, max_bytes: int = MAX_BYTES) -> np.ndarray:
    """The array that a .npy file holds.

    Raises:
      InputError: no such file, another form, objects in it, or more than `max_bytes`.
    """
    path = pathlib.Path(path)
    with open_regular(path) as file:
        if file.read(4) == b"PK\3\4":
            raise InputError(f"{path} is an archive of arrays (.npz); give one array (.npy)")
        file.seek(0)
        try:
            return _read(file, max_bytes)
        except ValueError as error:
            raise InputError(f"{path} is not a NumPy array file: {error}") from None


def map_array(path: str | os.PathLike) -> np.ndarray:
    """The array of a .npy file of any size, read as it is used.

    Raises:
      InputError: no such file, another form, or objects in it.
    """
    path = pathlib.Path(path)
    with open_regular(path) as file:
        try:
            dtype, shape, fortran = _read_header(file)
            size = math.prod(shape) * dtype.itemsize
            if size > os.fstat(file.fileno()).st_size - file.tell():
                raise ValueError("it is cut short")
        except ValueError as error:
            raise InputError(f"{path} is not a NumPy array file: {error}") from None
        return np.memmap(path, dtype, "r", file.tell(), shape, "F" if fortran else "C")


def read_arrays(path: str | os.PathLike, max_bytes: int = MAX_ARCHIVE_BYTES) -> dict:
    """Name → array of all arrays that a .npz or .npz.xz file holds.

    Raises:
      InputError: no such file, no archive, damaged, or more than `max_bytes` in all.
    """
    path = pathlib.Path(path)
    arrays = {}
    with open_regular(path) as file:
        try:
            content = _unpack(file, max_bytes) if path.suffix == ".xz" else file
            with zipfile.ZipFile(content) as archive:
                members = archive.infolist()
                if len(members) > MAX_ARRAYS or sum(m.file_size for m in members) > max_bytes:
                    raise ValueError("it holds too much")
                for member in members:
                    with archive.open(member) as stream:
                        name = member.filename.removesuffix(".npy")
                        arrays[name] = _read(stream, min(MAX_BYTES, member.file_size))
        except (*_BROKEN, OSError, struct.error) as error:
            raise InputError(f"{path} is not an archive of NumPy arrays: {error}") from None
    return arrays


def _unpack(file: IO[bytes], max_bytes: int) -> IO[bytes]:
    with lzma.open(file) as stream:
        content = stream.read(max_bytes + 1)
    if len(content) > max_bytes:
        raise ValueError("it holds too much")
    return io.BytesIO(content)


def _read(file: IO[bytes], max_bytes: int) -> np.ndarray:
    dtype, shape, fortran = _read_header(file)
    size = math.prod(shape) * dtype.itemsize
    if size > max_bytes:
        raise ValueError(f"its header states {size} bytes, more than the file may hold")
    content = file.read(size)
    if len(content) < size:
        raise ValueError("it is cut short")
    array = np.frombuffer(content, dtype).reshape(shape, order="F" if fortran else "C")
    return array.astype(dtype.newbyteorder("="))


def _read_header(file: IO[bytes]) -> tuple[np.dtype, tuple[int, ...], bool]:
    start = file.read(8)
    if start[:6] != _MAGIC or len(start) < 8 or start[6] not in (1, 2, 3):
        raise ValueError("it does not begin as one")
    form = "<H" if start[6] == 1 else "<I"
    length = file.read(struct.calcsize(form))
    if len(length) < struct.calcsize(form):
        raise ValueError("it is cut short")
    (size,) = struct.unpack(form, length)
    if size > _MAX_HEADER:
        raise ValueError("its header is too long")
    header = _HEADER.fullmatch(file.read(size).decode("latin-1"))
    if header is None:
        raise ValueError("its header is none that NumPy writes for an array of numbers")
    if not _TYPE.fullmatch(header["type"]):
        raise ValueError(f"it holds {header['type']!r}, neither numbers nor text")
    sizes = [part.strip().rstrip("L") for part in header["shape"].split(",") if part.strip()]
    if len(sizes) > 8 or not all(part.isdecimal() and len(part) < 13 for part in sizes):
        raise ValueError("its shape is none")
    try:
        dtype = np.dtype(header["type"])
    except TypeError:
        raise ValueError(f"it holds {header['type']!r}, no kind of number") from None
    return dtype, tuple(map(int, sizes)), header["fortran"] == "True"
