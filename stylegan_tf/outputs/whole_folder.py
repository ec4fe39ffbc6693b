"""A result that is a folder, which appears as one."""

import contextlib
import dataclasses
import os
import pathlib
from collections.abc import Iterator

from stylegan_tf.errors import InputError
from stylegan_tf.files.whole_files import flush, sweep, temporary_folder
from stylegan_tf.outputs.item_table import RECORD_NAME
from stylegan_tf.outputs.lock import lock_output, tidy
from stylegan_tf.outputs.output_folder import check_folder
from stylegan_tf.outputs.owned_files import check_free, describe_folder, is_there, merge_owned
from stylegan_tf.outputs.record import Record, read_record, write_record


class WholeFolder:
    """Made beside its place, its record (`record.json`) in it, and renamed.

    Attributes:
      path: the folder.
      facts: what the record tells besides; set it while making.
    """

    def __init__(self, path: str | os.PathLike, record: Record, *, overwrite: bool = False) -> None:
        """Looks at nothing yet.

        Raises:
          InputError: the path names no folder, or a file.
        """
        self.path = check_folder(path)
        self.facts: dict[str, object] = {}
        self._record = record
        self._overwrite = overwrite

    def is_done(self) -> bool:
        """Whether there is nothing to do.

        Raises:
          InputError: the folder was made otherwise, holds what no record names, or is being made
            by another process.
        """
        done = self._refuse()
        if done:
            tidy(self.path)
        return done

    def _refuse(self) -> bool:
        check_folder(self.path)
        if not self.path.is_dir() or next(self.path.iterdir(), None) is None:
            return False
        record = self.path / RECORD_NAME
        if not os.path.lexists(record):
            raise InputError(
                f"{self.path} is there, and no record says that this program made it; give "
                "another --output"
            )
        before = read_record(record)
        difference = before.difference(self._record)
        if difference and not self._overwrite:
            raise InputError(
                f"{self.path} was made {difference}; give another --output, or --overwrite"
            )
        there = all(is_there(self.path, name, about) for name, about in before.files.items())
        if there and not self._overwrite:
            return True
        names = [name for name in describe_folder(self.path) if name != RECORD_NAME]
        check_free(self.path, names, merge_owned(before.files))
        return False

    @contextlib.contextmanager
    def making(self) -> Iterator[pathlib.Path]:
        """Yields a new folder that becomes the result.

        Raises:
          InputError: another process makes it, as `is_done`, or nothing was written.
        """
        with lock_output(self.path):
            sweep(self.path)
            self._refuse()
            with temporary_folder(self.path) as stage:
                made = stage / "made"
                made.mkdir()
                yield made
                files = describe_folder(made)
                if not files:
                    raise InputError(f"{self.path}: nothing was written")
                for name in files:
                    flush(made / name)
                facts = {**self._record.facts, **self.facts}
                record = dataclasses.replace(self._record, files=files, facts=facts)
                write_record(made / RECORD_NAME, record)
                self._refuse()
                if self.path.exists():
                    self.path.rename(stage / "before")
                made.rename(self.path)
                flush(self.path.parent)
