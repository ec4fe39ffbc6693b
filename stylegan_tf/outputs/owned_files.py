"""Which files are a program's own, by a record; placing, replacing and removing those alone."""

import contextlib
import os
import pathlib
import re
import stat
from collections.abc import Iterable, Mapping

from stylegan_tf.errors import InputError
from stylegan_tf.files.whole_files import flush, temporary_path
from stylegan_tf.outputs.record import FileRecord, Files, describe_file

Owned = Mapping[str, Iterable[FileRecord]]  # path in the output's folder → what it may hold

_URL = re.compile("[a-z][a-z0-9+.-]+:/")  # pathlib has taken one of the slashes away


def merge_owned(*tables: Files) -> dict[str, list[FileRecord]]:
    """All that any of the tables records of each path."""
    owned: dict[str, list[FileRecord]] = {}
    for table in tables:
        for name, about in table.items():
            owned.setdefault(name, []).append(about)
    return owned


def check_place(path: pathlib.Path) -> None:
    """Refuses a path where nothing can be made, before any work is done for it.

    Raises:
      InputError: it leads through a file or a loop of links, its name is too long, or nothing
        can be made in the folder that it, or its first missing folder, would be in.
    """
    if _URL.match(str(path)):
        raise InputError(f"--output={path} is a URL; this result needs a folder on this machine")
    try:
        with contextlib.suppress(FileNotFoundError):
            os.lstat(path)
        parent = path.absolute().parent
        while not os.path.lexists(parent):
            parent = parent.parent
        status = os.stat(parent)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no file can have that name"
        raise InputError(f"{path} cannot be written: {reason}; give another --output") from None
    if not stat.S_ISDIR(status.st_mode):
        raise InputError(f"{path} cannot be written: {parent} is no folder; give another --output")
    if not os.access(parent, os.W_OK | os.X_OK):
        raise InputError(f"{path} cannot be written: {parent} is not yours to write to")
    trial = temporary_path(parent / "trial")  # the system's own folders say yes, and then no
    try:
        trial.mkdir()
        trial.rmdir()
    except OSError as error:
        raise InputError(
            f"{path} cannot be written: {parent} takes no files ({error.strerror}); give another "
            "--output"
        ) from None


def is_there(root: pathlib.Path, name: str, about: FileRecord, by_content: bool = True) -> bool:
    """Whether the file is as recorded; with `by_content` false, whether its size is."""
    path = root / name
    try:
        status = path.lstat()
    except OSError:
        return False
    if not stat.S_ISREG(status.st_mode) or status.st_size != about.bytes or _link(root, name):
        return False
    return not by_content or describe_file(path) == about


def check_free(root: pathlib.Path, names: Iterable[str], owned: Owned) -> None:
    """Refuses to go on where something that is not recorded is in the way.

    Raises:
      InputError: a path exists and is not as `owned` records it, or leads through a link or file.
    """
    for name in names:
        link = _link(root, name)
        if link is not None:
            raise InputError(f"{link} is in the way; move it away, or give another --output")
        if not os.path.lexists(root / name):
            continue
        if name not in owned:
            raise InputError(
                f"{root / name} is there, and no record says that this program made it; move it "
                "away, or give another --output"
            )
        if not any(is_there(root, name, about) for about in owned[name]):
            raise InputError(
                f"{root / name} was changed after it was made; move it away, or give another "
                "--output"
            )


def describe_folder(folder: pathlib.Path) -> Files:
    """Every file below a folder, in the order in which they were written.

    Raises:
      InputError: something is neither file nor folder.
    """
    found = []
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = pathlib.Path(parent, name)
            status = path.lstat()
            if stat.S_ISREG(status.st_mode):
                found.append((status.st_mtime_ns, path.relative_to(folder).as_posix()))
            elif not stat.S_ISDIR(status.st_mode):
                raise InputError(f"{path} is neither a file nor a folder")
    return {name: describe_file(folder / name) for _, name in sorted(found)}


def place(stage: pathlib.Path, root: pathlib.Path, names: Iterable[str]) -> None:
    """Moves files from a folder of the same file system to their places; each appears whole."""
    parents = set()
    for name in names:
        flush(stage / name)
        target = root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        (stage / name).replace(target)
        parents.add(target.parent)
    for parent in parents:
        flush(parent)


def remove_owned(root: pathlib.Path, files: Files) -> list[pathlib.Path]:
    """Removes files that are as recorded, and folders that this leaves empty.

    Returns those that are there and otherwise: they stay.
    """
    kept = []
    for name, about in files.items():
        path = root / name
        if is_there(root, name, about):
            path.unlink()
            for parent in list(path.relative_to(root).parents)[:-1]:
                with contextlib.suppress(OSError):
                    (root / parent).rmdir()
        elif os.path.lexists(path):
            kept.append(path)
    return kept


def _link(root: pathlib.Path, name: str) -> pathlib.Path | None:
    """The part of the way below `root` that is not a folder, if any."""
    for parent in reversed(list(pathlib.PurePosixPath(name).parents)[:-1]):
        path = root / parent
        if os.path.lexists(path) and not stat.S_ISDIR(path.lstat().st_mode):
            return path
    return None
