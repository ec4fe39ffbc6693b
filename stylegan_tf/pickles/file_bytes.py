"""The bytes of a network file: pages of the file itself, or what a packed one unpacks to."""

import io
import lzma
import mmap
import pathlib
from typing import Any, BinaryIO

import numpy as np

from stylegan_tf.pickles.errors import PickleFormatError, UnsafePickleError
from stylegan_tf.pickles.network_state import NetworkState

MAX_UNPACKED_BYTES = 768 << 20  # of a compressed pickle; a full-size StyleGAN2 has 382 MB


def read_bytes(path: pathlib.Path) -> bytes | mmap.mmap:
    """The content of a file; one that is an xz archive is unpacked, up to a limit."""
    if path.stat().st_size == 0:
        raise PickleFormatError("the file is empty")
    with open(path, "rb") as file:
        if file.read(6) != b"\xfd7zXZ\x00":
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        file.seek(0)
        return _unpack(file)


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
