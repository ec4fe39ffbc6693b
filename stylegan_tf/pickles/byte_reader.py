"""The bytes of a pickle, read piece by piece; no length is believed before the bytes are there."""

import codecs
import mmap
import struct
from collections.abc import Callable
from typing import Any

from stylegan_tf.pickles.errors import PickleFormatError, UnsafePickleError

MAX_TEXT_BYTES = 16 << 20  # the module source inside is the longest text: about 100 kB


class ByteReader:
    """Takes numbers, lines and texts from bytes; `position` is where it is.

    Every method raises PickleFormatError where the bytes end too early.
    """

    def __init__(self, data: bytes | memoryview | mmap.mmap) -> None:
        self._data = memoryview(data)
        self.position = 0

    def take(self, count: int) -> memoryview:
        """The next `count` bytes, as a view."""
        end = self.position + count
        if count < 0 or end > len(self._data):
            raise PickleFormatError(
                f"the file ends too early: {count:,} more bytes expected at byte "
                f"{self.position:,} of {len(self._data):,}; download or copy it again"
            )
        piece = self._data[self.position : end]
        self.position = end
        return piece

    def number(self, form: str) -> Any:
        """The next number, of the struct format `form`."""
        return struct.unpack(form, self.take(struct.calcsize(form)))[0]

    def line(self, decode: Callable[[bytes], tuple[str, int]] = codecs.utf_8_decode) -> str:
        """The text up to the next line break."""
        for length in (256, MAX_TEXT_BYTES):
            piece = bytes(self._data[self.position : self.position + length])
            line, found, _ = piece.partition(b"\n")
            if found:
                self.position += len(line) + 1
                return decode(line)[0]
        raise PickleFormatError(f"a text line without an end at byte {self.position:,}")

    def text(self, count: int) -> str:
        """The next `count` bytes as UTF-8."""
        if count > MAX_TEXT_BYTES:
            raise UnsafePickleError(f"the pickle holds a text of {count:,} bytes")
        return str(self.take(count), "utf-8", "surrogatepass")
