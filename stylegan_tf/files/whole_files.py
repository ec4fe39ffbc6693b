"""Files that appear whole or not at all."""

import contextlib
import os
import pathlib
import re
import secrets
import shutil
import stat
from collections.abc import Iterator
from typing import BinaryIO

from stylegan_tf.errors import InputError

_OWNER = re.compile(r"\.(?P<name>.*)\.(?P<pid>\d{1,10})-[0-9a-f]{8}\.tmp(\.[^.]*)?", re.DOTALL)
_LONGEST_NAME = 200  # bytes; file systems take 255, and the owner and the suffix come to it


def open_regular(path: str | os.PathLike, max_bytes: int | None = None) -> BinaryIO:
    """Opens a file that is input; a device or a pipe, which may never end, is none.

    Raises:
      InputError: there is no such file, it cannot be read, is no regular file, or is larger than
        `max_bytes`.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no file can have that name"
        raise InputError(f"{os.fspath(path)!s} cannot be read: {reason}") from None
    about = os.fstat(handle)
    wrong = ""
    if not stat.S_ISREG(about.st_mode):
        wrong = "is a folder" if stat.S_ISDIR(about.st_mode) else "is a device or a pipe"
    elif max_bytes is not None and about.st_size > max_bytes:
        wrong = f"has {about.st_size} bytes; {max_bytes} at most are read"
    if wrong:
        os.close(handle)
        raise InputError(f"{os.fspath(path)!s} {wrong}")
    return open(handle, "rb")


def read_text(path: str | os.PathLike, max_bytes: int) -> str:
    """The text of a file that is input, UTF-8.

    Raises:
      InputError: as `open_regular` says, or it is not UTF-8.
    """
    with open_regular(path, max_bytes) as file:
        content = file.read(max_bytes + 1)[:max_bytes]
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise InputError(f"{os.fspath(path)!s} is no UTF-8 text") from None


@contextlib.contextmanager
def write_atomically(path: str | os.PathLike) -> Iterator[pathlib.Path]:
    """Yields a path to write to; on success it becomes `path`, on any failure it is removed.

    The temporary file lies in the same folder, so the last step is one rename, and keeps the
    suffix of `path`, since many writers choose the format by it. It is on the disk before it is
    renamed. Missing folders are made.
    """
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = temporary_path(path)
    try:
        temporary.touch(exist_ok=False)
        yield temporary
        flush(temporary)
        temporary.replace(path)
        flush(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


@contextlib.contextmanager
def temporary_folder(path: str | os.PathLike) -> Iterator[pathlib.Path]:
    """Yields a new folder beside `path`, which is removed with all that is in it at the end."""
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    folder = temporary_path(path)
    try:
        folder.mkdir()
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def temporary_path(path: pathlib.Path) -> pathlib.Path:
    """A name beside `path` that says whose it is: `.NAME.PID-RANDOM.tmp.SUFFIX`."""
    owner = f"{os.getpid()}-{secrets.token_hex(4)}"
    return path.with_name(f".{_short_name(path)}.{owner}.tmp{path.suffix}")


def sweep(path: pathlib.Path) -> None:
    """Removes the temporary files and folders for `path` whose owners are no longer alive."""
    if not path.parent.is_dir():
        return
    for entry in list(os.scandir(path.parent)):
        owner = _OWNER.fullmatch(entry.name)
        if owner is None or owner["name"] != _short_name(path) or is_alive(int(owner["pid"])):
            continue
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path, ignore_errors=True)
        elif entry.is_file(follow_symlinks=False):
            pathlib.Path(entry.path).unlink(missing_ok=True)


def _short_name(path: pathlib.Path) -> str:
    return os.fsdecode(os.fsencode(path.stem)[:_LONGEST_NAME])


def is_alive(pid: int) -> bool:
    """Whether a process of this machine has that number."""
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def flush(path: pathlib.Path) -> None:
    """Has a file, or the names in a folder, written to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
