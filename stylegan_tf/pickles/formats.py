"""Which kind of file a file is, by its first bytes."""

import os
import pathlib

from stylegan_tf.files.whole_files import open_regular
from stylegan_tf.pickles.errors import PickleFormatError

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


def check_beginning(path: pathlib.Path) -> None:
    """Looks at the first bytes of a network file, or of one packed by xz, and loads nothing.

    Raises:
      PickleFormatError: it is empty, or of a known format but no pickle.
      InputError: it is no file, or cannot be read.
    """
    with open_regular(path) as file:
        head, size = file.read(512), os.fstat(file.fileno()).st_size
    try:
        if not head:
            raise PickleFormatError("the file is empty")
        if not head.startswith(b"\xfd7zXZ\x00"):
            refuse_other_formats(head, size)
    except PickleFormatError as error:
        raise PickleFormatError(f"{path}: {error}") from None


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
