"""A result that is one file, or a few beside each other, with a record beside it."""

import contextlib
import dataclasses
import os
import pathlib
from collections.abc import Iterable, Iterator, Sequence

from stylegan_tf.errors import InputError
from stylegan_tf.files.whole_files import sweep, temporary_folder
from stylegan_tf.outputs.lock import lock_output, tidy
from stylegan_tf.outputs.owned_files import (
    check_free,
    check_place,
    describe_folder,
    is_there,
    merge_owned,
    place,
    remove_owned,
)
from stylegan_tf.outputs.record import Record, read_record, write_record


class OutputFile:
    """Made whole, with its record, or not at all.

    The files are written in a folder beside their places. Then the record is written, which
    names them and what they replace, and they are moved; a run that is killed in between is
    finished by the next one, which makes them again.

    Attributes:
      path: the file, or a folder of many (the frames of a video) that is renamed as one.
      facts: what the record tells besides; set it while making.
    """

    def __init__(
        self,
        path: str | os.PathLike,
        record: Record,
        *,
        overwrite: bool = False,
        record_path: pathlib.Path | None = None,
        beside: Sequence[str] = (),
    ) -> None:
        """Looks at nothing yet.

        Args:
          path: the file to make.
          record: what will have made it.
          overwrite: make it again, whatever an earlier record says.
          record_path: where the record is, in the same folder; `NAME.SUFFIX.record` if None.
          beside: the names of other files that will be made with it.

        Raises:
          InputError: the path names no file.
        """
        if not pathlib.Path(path).name or pathlib.Path(path).name == "..":
            raise InputError(f"--output={os.fspath(path)!r} names no file")
        self.path = pathlib.Path(path)
        self.facts: dict[str, object] = {}
        self._record = record
        self._overwrite = overwrite
        self._root = self.path.parent
        self.record_path = record_path or default_record_path(self.path)
        self._names = (self.path.name, *beside)
        if self.record_path.name in self._names:
            raise InputError(f"{self.record_path} would be both a result and its record")

    def is_done(self) -> bool:
        """Whether there is nothing to do.

        Raises:
          InputError: there is a result, but made otherwise; or something of the user's own is in
            the way; or another process is making it.
        """
        done = self._refuse()
        if done:
            tidy(self.path)
        return done

    def _refuse(self) -> bool:
        check_place(self.path)
        before = self._read()
        if before is not None:
            there = [n for n, about in before.files.items() if is_there(self._root, n, about)]
            difference = before.difference(self._record)
            if difference and there and not self._overwrite:
                raise InputError(
                    f"{self.path} was made {difference}; give another --output, or --overwrite"
                )
            whole = len(there) == len(before.files) and not before.before
            if whole and not difference and not self._overwrite:
                return True
        self._check_free(before, self._names)
        return False

    @contextlib.contextmanager
    def making(self) -> Iterator[pathlib.Path]:
        """Yields a new folder; what is in it at the end becomes the result.

        Raises:
          InputError: another process makes it, as `is_done`, or nothing was written.
        """
        with lock_output(self.path):
            sweep(self.path)
            self._refuse()
            with temporary_folder(self.path) as stage:
                yield stage
                self._commit(stage)

    def _commit(self, stage: pathlib.Path) -> None:
        files = describe_folder(stage)
        if not any(name.split("/")[0] == self.path.name for name in files):
            raise InputError(f"{self.path}: nothing was written")
        old = self._read()
        self._check_free(old, files)
        before = {} if old is None else {**old.before, **old.files}
        facts = {**self._record.facts, **self.facts}
        record = dataclasses.replace(self._record, files=files, facts=facts)
        write_record(self.record_path, dataclasses.replace(record, before=before))
        stale = {n: about for n, about in before.items() if n not in files}
        folders = {name.split("/")[0] for name in files if "/" in name}
        for name in folders:
            if (self._root / name).is_dir():
                (self._root / name).rename(stage / f"{name}.before")  # all of it is recorded
        place(stage, self._root, [name for name in files if "/" not in name])
        for name in folders:
            (stage / name).rename(self._root / name)
        remove_owned(self._root, stale)
        write_record(self.record_path, record)

    def _read(self) -> Record | None:
        if not os.path.lexists(self.record_path):
            return None
        record = read_record(self.record_path)
        tops = {name.split("/")[0] for name in (*record.files, *record.before)}
        if self.path.name not in tops:
            raise InputError(
                f"{self.record_path} is the record of {', '.join(sorted(tops)) or 'something else'}"
                "; give another --output"
            )
        return record

    def _check_free(self, before: Record | None, names: Iterable[str]) -> None:
        owned = {} if before is None else merge_owned(before.files, before.before)
        check_free(self._root, [name for name in names if name != self.path.name], owned)
        if self.path.is_dir() and not self.path.is_symlink():
            names = [f"{self.path.name}/{name}" for name in describe_folder(self.path)]
            if not names and next(self.path.iterdir(), None) is not None:
                raise InputError(f"{self.path} holds folders; move it away")
            check_free(self._root, names, owned)
        else:
            check_free(self._root, [self.path.name], owned)


def default_record_path(path: pathlib.Path) -> pathlib.Path:
    """`NAME.SUFFIX.record` beside a file: JSON that no reader of a folder takes for its own."""
    return path.with_name(f"{path.name}.record")
