"""A folder of many independent items, each with an entry that says what it was made from."""

import contextlib
import dataclasses
import hashlib
import os
import pathlib
from collections.abc import Iterator, Mapping, Sequence

from absl import logging

from stylegan_tf.errors import InputError
from stylegan_tf.files.json_files import read_own_json, write_json
from stylegan_tf.files.whole_files import sweep, temporary_folder
from stylegan_tf.outputs.lock import lock_output
from stylegan_tf.outputs.owned_files import (
    check_free,
    check_place,
    describe_folder,
    is_there,
    merge_owned,
    place,
    remove_owned,
)
from stylegan_tf.outputs.record import (
    FileRecord,
    Files,
    Item,
    Record,
    format_item,
    parse_item,
    read_record,
    write_record,
)

RECORD_NAME = "record.json"
_ENTRIES = ".items"  # entries of a run that is not over; then they are in the record
_MAX_ENTRY = 1 << 20  # bytes


class OutputFolder:
    """Items appear one after another, each with all its files; a run can be continued.

    One process, which holds the folder (`opened`), places the files; they may come from others, on
    other machines (`place`).

    Attributes:
      path: the folder.
      facts: what the record tells besides.
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
        self.facts: dict[str, object] = {}
        self.record_path = self.path / record_name
        self._record = record
        self._overwrite = overwrite
        self._made: set[str] = set()
        self._stages: pathlib.Path | None = None
        self._items: dict[str, Item] = {}
        self._load()

    def is_done(self, name: str, made_from: str = "", expected: Sequence[str] = ()) -> bool:
        """Whether an item was made, by the same run and from the same input, and is there.

        Args:
          name: of the item.
          made_from: checksum of its input.
          expected: names of files that making it will write.

        Raises:
          InputError: it is not done, and a file of the user's own is in its place.
        """
        item = self._items.get(name)
        if item is not None and (not self._overwrite or name in self._made):
            same = (item.made_from, item.identity) == (made_from, self._record.identity)
            cut = bool(item.before)  # killed while it was placed: sizes may deceive
            there = (is_there(self.path, n, a, by_content=cut) for n, a in item.files.items())
            if same and all(there):
                return True
        check_free(self.path, expected, self._owned(name))
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
                    write_record(self.record_path, self._full_record())
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
        stage = self._stages / _entry_name(name)
        stage.mkdir(exist_ok=True)
        return stage

    def commit(self, name: str, made_from: str = "") -> None:
        """Places what was written to an item's stage, in the order in which it was written.

        Raises:
          InputError: a file of the user's own is in the way.
        """
        self._commit(name, made_from, describe_folder(self.stage(name)))

    def _commit(self, name: str, made_from: str, files: Files) -> None:
        stage = self.stage(name)
        check_free(self.path, files, self._owned(name))
        old = self._items.get(name)
        before = {} if old is None else {**old.before, **old.files}
        item = Item(made_from, self._record.identity, files, before)
        entry = {"item": name, **format_item(item)}
        write_json(self.path / _ENTRIES / f"{_entry_name(name)}.json", entry)
        place(stage, self.path, files)
        remove_owned(self.path, {n: about for n, about in before.items() if n not in files})
        self._items[name] = dataclasses.replace(item, before={})
        self._made.add(name)

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
        item = self._items.pop(name, None)
        if item is not None:
            for path in remove_owned(self.path, {**item.before, **item.files}):
                logging.warning("%s was changed after it was made, and stays", path)
            (self.path / _ENTRIES / f"{_entry_name(name)}.json").unlink(missing_ok=True)

    def _load(self) -> None:
        self._items = {}
        if os.path.lexists(self.record_path):
            record = read_record(self.record_path)
            difference = record.difference(self._record)
            if difference and not self._overwrite:
                raise InputError(
                    f"{self.path} was made {difference}; give another --output, or --overwrite"
                )
            self._items.update(record.items)
        for path in self._entries():
            value = read_own_json(path, "a record of an item", _MAX_ENTRY)
            try:
                name = value["item"]
                if not isinstance(name, str) or path.stem != _entry_name(name):
                    raise ValueError("an entry of another name")
                self._items[name] = parse_item(value)
            except (KeyError, TypeError, ValueError):
                raise InputError(f"{path} is not a record of an item; move it away") from None

    def _entries(self) -> list[pathlib.Path]:
        folder = self.path / _ENTRIES
        if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
            raise InputError(f"{folder} is in the way; move it away")
        if not folder.is_dir():
            return []
        return sorted(path for path in folder.iterdir() if path.name[0] != ".")

    def _owned(self, name: str) -> dict[str, list[FileRecord]]:
        """What may be replaced when an item is made: its own, and what no longer counts."""
        identity = self._record.identity
        return merge_owned(
            *(
                table
                for other, item in self._items.items()
                if other == name or item.identity != identity or self._is_stale(other)
                for table in (item.files, item.before)
            )
        )

    def _is_stale(self, name: str) -> bool:
        return self._overwrite and name not in self._made

    def _finish(self) -> None:
        for name, item in list(self._items.items()):
            if self._is_stale(name) or item.identity != self._record.identity:
                del self._items[name]
                made = {n for other in self._made for n in self._items[other].files}
                old = {n: a for n, a in {**item.before, **item.files}.items() if n not in made}
                for path in remove_owned(self.path, old):
                    logging.warning("%s was changed after it was made, and stays", path)
            elif item.before:
                old = {n: about for n, about in item.before.items() if n not in item.files}
                remove_owned(self.path, old)
                self._items[name] = dataclasses.replace(item, before={})
        write_record(self.record_path, self._full_record())
        for path in self._entries():
            path.unlink()
        with contextlib.suppress(OSError):
            (self.path / _ENTRIES).rmdir()

    def _full_record(self) -> Record:
        facts = {**self._record.facts, **self.facts}
        return dataclasses.replace(self._record, items=self._items, facts=facts)


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


def _entry_name(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:32]
