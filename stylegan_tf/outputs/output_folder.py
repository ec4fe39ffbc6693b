"""A folder of many independent items, each with an entry that says what it was made from."""

import contextlib
import os
import pathlib
from collections.abc import Iterator, Mapping, Sequence

from absl import logging

from stylegan_tf.errors import InputError
from stylegan_tf.files.json_files import read_own_json, write_json
from stylegan_tf.files.whole_files import sweep, temporary_folder
from stylegan_tf.outputs.item_table import ENTRIES, RECORD_NAME, ItemTable, entry_name, entry_path
from stylegan_tf.outputs.lock import lock_output
from stylegan_tf.outputs.owned_files import (
    check_free,
    check_place,
    describe_folder,
    is_there,
    place,
    remove_owned,
)
from stylegan_tf.outputs.record import Files, Record, read_record, write_record

_MAX_ENTRY = 1 << 20  # bytes


class OutputFolder:
    """Items appear one after another, each with all its files; a run can be continued.

    One process, which holds the folder (`opened`), places the files; they may come from others, on
    other machines (`place`).

    Attributes:
      path: the folder.
      record_path: of its record.
    """

    def __init__(
        self,
        path: str | os.PathLike,
        record: Record,
        *,
        overwrite: bool = False,
        record_name: str = RECORD_NAME,
    ) -> None:
        """Reads what is there and changes nothing.

        Args:
          path: the folder.
          record: what makes the items, without what a single item depends on.
          overwrite: make all items again, and remove recorded ones that are not made.
          record_name: of the record in the folder.

        Raises:
          InputError: the path is none or a file, the folder was made with another record and
            `overwrite` is not set, or its record is none.
        """
        self.path = check_folder(path)
        self.record_path = self.path / record_name
        self._items = ItemTable(str(self.path), record, overwrite)
        self._stages: pathlib.Path | None = None
        self._load()

    @property
    def facts(self) -> dict[str, object]:
        """What the record tells besides."""
        return self._items.facts

    def is_done(self, name: str, made_from: str = "", expected: Sequence[str] = ()) -> bool:
        """Whether an item was made, by the same run and from the same input, and is there.

        Args:
          name: of the item.
          made_from: checksum of its input.
          expected: names of files that making it will write.

        Raises:
          InputError: it is not done, and a file of the user's own is in its place.
        """
        item = self._items.made(name, made_from)
        if item is not None:
            cut = bool(item.before)  # killed while it was placed: sizes may deceive
            if all(is_there(self.path, n, a, by_content=cut) for n, a in item.files.items()):
                return True
        check_free(self.path, expected, self._items.owned(name))
        return False

    @contextlib.contextmanager
    def opened(self) -> Iterator[None]:
        """Holds the folder while items are made; at the end the record lists them.

        If that was interrupted, the items made so far are kept and the next run goes on.

        Raises:
          InputError: another process holds it.
        """
        with lock_output(self.path):
            self._load()  # another run may have ended meanwhile
            new = not os.path.lexists(self.path)
            unrecorded = not os.path.lexists(self.record_path)
            sweep(self.path / "items")
            try:
                with temporary_folder(self.path / "items") as self._stages:
                    write_record(self.record_path, self._items.record())
                    yield
                    self._finish()
            finally:
                if unrecorded and not self._items:  # nothing was made
                    self.record_path.unlink(missing_ok=True)
                if new and not self._items:
                    with contextlib.suppress(OSError):
                        self.path.rmdir()

    def stage(self, name: str) -> pathlib.Path:
        """A new empty folder to write an item's files to."""
        if self._stages is None:
            raise RuntimeError("the folder is not opened")
        stage = self._stages / entry_name(name)
        stage.mkdir(exist_ok=True)
        return stage

    def commit(self, name: str, made_from: str = "") -> None:
        """Places what was written to an item's stage, in the order in which it was written.

        Raises:
          InputError: a file of the user's own is in the way.
        """
        self._commit(name, made_from, describe_folder(self.stage(name)))

    def _commit(self, name: str, made_from: str, files: Files) -> None:
        check_free(self.path, files, self._items.owned(name))
        item, entry = self._items.begin(name, made_from, files)
        write_json(self.path / entry_path(name), entry)
        place(self.stage(name), self.path, files)
        remove_owned(self.path, self._items.end(name, item))

    def place(self, name: str, files: Mapping[str, bytes], made_from: str = "") -> None:
        """Writes an item's files, path → content, and commits it; they appear in that order.

        Raises:
          InputError: a file of the user's own is in the way.
        """
        stage = self.stage(name)
        for path, content in files.items():
            (stage / path).parent.mkdir(parents=True, exist_ok=True)
            (stage / path).write_bytes(content)
        described = describe_folder(stage)
        self._commit(name, made_from, {path: described[path] for path in files})

    @contextlib.contextmanager
    def making(self, name: str, made_from: str = "") -> Iterator[pathlib.Path]:
        """Yields an item's stage, and commits it."""
        yield self.stage(name)
        self.commit(name, made_from)

    def has(self, name: str) -> bool:
        """Whether an item is there, made now or by an earlier run."""
        return name in self._items

    def forget(self, name: str) -> None:
        """Removes an item that no longer says what is true, if it was made; call it when opened."""
        files = self._items.remove(name)
        if files is not None:
            self._remove(files)
            (self.path / entry_path(name)).unlink(missing_ok=True)

    def _remove(self, files: Files) -> None:
        for path in remove_owned(self.path, files):
            logging.warning("%s was changed after it was made, and stays", path)

    def _load(self) -> None:
        self._items.forget_all()
        if os.path.lexists(self.record_path):
            self._items.add_record(read_record(self.record_path))
        for path in self._entries():
            value = read_own_json(path, "a record of an item", _MAX_ENTRY)
            self._items.add_entry(value, f"{ENTRIES}/{path.name}", str(path))

    def _entries(self) -> list[pathlib.Path]:
        folder = self.path / ENTRIES
        if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
            raise InputError(f"{folder} is in the way; move it away")
        if not folder.is_dir():
            return []
        return sorted(path for path in folder.iterdir() if path.name[0] != ".")

    def _finish(self) -> None:
        for files in self._items.close():
            self._remove(files)
        write_record(self.record_path, self._items.record())
        for path in self._entries():
            path.unlink()
        with contextlib.suppress(OSError):
            (self.path / ENTRIES).rmdir()


def check_folder(path: str | os.PathLike) -> pathlib.Path:
    """A folder to write, which need not exist.

    Raises:
      InputError: the path is empty, or is something else than a folder.
    """
    if not os.fspath(path):
        raise InputError("--output is empty; give a folder")
    path = pathlib.Path(path)
    if path == pathlib.Path("."):
        path = path.absolute()
    if os.path.lexists(path) and not path.is_dir():
        kind = "a file" if path.is_file() else "neither a file nor a folder"
        raise InputError(f"--output={path} is {kind}; give a folder")
    check_place(path)
    return path
