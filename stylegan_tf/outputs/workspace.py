"""Where long work keeps what it has until its result can appear."""

import contextlib
import os
import pathlib
import shutil
from collections.abc import Iterator

from stylegan_tf.errors import InputError
from stylegan_tf.outputs.record import Record, read_record, write_record

_RECORD = "record.json"


class NothingFoundError(InputError):
    """Long work has ended, and what it looked for is not in its input: there is no result."""


@contextlib.contextmanager
def workspace(
    path: pathlib.Path, record: Record, *, overwrite: bool = False
) -> Iterator[pathlib.Path]:
    """Yields the folder `.NAME.work` beside an output, as an earlier run has left it.

    It is removed when the work is done, with a result or with `NothingFoundError`, and stays when
    the work is interrupted. Whoever calls holds
    the output's lock.

    Args:
      path: the output.
      record: what makes it; what another record began is not gone on with.
      overwrite: begin anew.

    Raises:
      InputError: what is there was begun by another run, or by none.
    """
    folder = workspace_path(path)
    check_workspace(path, record, overwrite=overwrite)
    if overwrite and folder.is_dir():
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    write_record(folder / _RECORD, record)
    try:
        yield folder
    except NothingFoundError:
        shutil.rmtree(folder)
        raise
    shutil.rmtree(folder)


def check_workspace(path: pathlib.Path, record: Record, *, overwrite: bool = False) -> None:
    """Refuses what `workspace` would refuse, and changes nothing."""
    folder = workspace_path(path)
    if not os.path.lexists(folder):
        return
    if folder.is_symlink() or not folder.is_dir():
        raise InputError(f"{folder} is in the way; move it away")
    if next(folder.iterdir(), None) is None:
        return  # killed before the record was there
    difference = read_record(folder / _RECORD).difference(record)
    if difference and not overwrite:
        raise InputError(
            f"{path} was begun {difference}; repeat that to go on, or --overwrite to start over"
        )


def workspace_path(path: pathlib.Path) -> pathlib.Path:
    """`.NAME.work` beside an output."""
    return path.with_name(f".{path.name}.work")


def hand_over(work: pathlib.Path, stage: pathlib.Path) -> None:
    """Puts the files of a workspace into a result's folder; hidden ones and its record stay."""
    ignore = shutil.ignore_patterns(_RECORD, ".*")
    shutil.copytree(work, stage, dirs_exist_ok=True, ignore=ignore, copy_function=_link)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # a file system without links
        shutil.copy2(source, target)
