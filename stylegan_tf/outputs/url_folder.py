"""A folder of many independent items in object storage, or wherever fsspec reaches."""

import contextlib
import dataclasses
import hashlib
import pathlib
import posixpath
import tempfile
from collections.abc import Iterator, Mapping, Sequence

from absl import logging

from stylegan_tf.errors import InputError
from stylegan_tf.files.json_files import format_json, parse_json
from stylegan_tf.outputs.output_folder import RECORD_NAME
from stylegan_tf.outputs.record import (
    FileRecord,
    Item,
    Record,
    format_item,
    format_record,
    parse_item,
    parse_record,
)

_ENTRIES = ".items"
_MAX_RECORD = 64 << 20  # bytes


def is_url(path: str) -> bool:
    """Whether it names a place for fsspec, as `s3://bucket/folder`, and not a folder here."""
    return "://" in path


class UrlFolder:
    """As `OutputFolder`, at a URL: `s3://…`, `gs://…`, `memory://…`.

    An item's entry is written before its files, and `record.json` first of all. Storage of this
    kind has neither locks nor renaming: of two runs at once into one folder both write, and where
    they were given the same flags they write the same. A file that is written appears whole.

    Attributes:
      path: the URL.
      facts: what the record tells besides.
    """

    def __init__(
        self,
        url: str,
        record: Record,
        *,
        overwrite: bool = False,
        record_name: str = RECORD_NAME,
    ) -> None:
        """Reads what is there and changes nothing.

        Raises:
          InputError: the storage cannot be reached or is of an unknown kind, or the folder was
            made with another record and `overwrite` is not set.
        """
        self.path = url.rstrip("/")
        self.facts: dict[str, object] = {}
        self._record, self._overwrite = record, overwrite
        self._record_name = record_name
        self._made: set[str] = set()
        try:
            import fsspec
        except ImportError:
            raise InputError(
                f"--output={url} needs fsspec: pip install -r requirements-cluster.txt"
            ) from None
        try:
            # Only folders of a machine have to be made before there are files in them.
            options = {"auto_mkdir": True} if self.path.startswith(("file:", "local:")) else {}
            self._files, self._root = fsspec.core.url_to_fs(self.path, **options)
        except (ImportError, ValueError) as error:
            raise InputError(f"--output={url} cannot be reached: {error}") from None
        with self._reaching():
            self._items = self._load()

    def is_done(self, name: str, made_from: str = "", expected: Sequence[str] = ()) -> bool:
        """Whether an item was made, by the same run and from the same input, and is there.

        Raises:
          InputError: it is not done, and a file of the user's own is in its place.
        """
        item = self._items.get(name)
        with self._reaching():
            if item is not None and (not self._overwrite or name in self._made):
                same = (item.made_from, item.identity) == (made_from, self._record.identity)
                if same and all(self._is_there(path, about) for path, about in item.files.items()):
                    return True
            self._check_free(name, expected)
        return False

    @contextlib.contextmanager
    def opened(self) -> Iterator[None]:
        """Writes the record first, and with all items at the end.

        Raises:
          InputError: the storage cannot be reached.
        """
        with self._reaching():
            self._write(self._record_name, format_json(format_record(self._full_record())))
        yield
        with self._reaching():
            self._finish()

    def place(self, name: str, files: Mapping[str, bytes], made_from: str = "") -> None:
        """Writes an item's files, path → content; they appear in that order.

        Raises:
          InputError: a file of the user's own is in the way, or the storage cannot be reached.
        """
        with self._reaching():
            self._check_free(name, files)
            described = {
                path: FileRecord(len(content), hashlib.sha256(content).hexdigest())
                for path, content in files.items()
            }
            old = self._items.get(name)
            before = {} if old is None else {**old.before, **old.files}
            item = Item(made_from, self._record.identity, described, before)
            self._write(self._entry(name), format_json({"item": name, **format_item(item)}))
            for path, content in files.items():
                self._files.pipe(self._at(path), content)
            self._remove({path: about for path, about in before.items() if path not in described})
            self._items[name] = dataclasses.replace(item, before={})
            self._made.add(name)

    @contextlib.contextmanager
    def making(self, name: str, made_from: str = "") -> Iterator[pathlib.Path]:
        """Yields a folder on this machine; what is written there becomes the item."""
        with tempfile.TemporaryDirectory(prefix="stylegan-video-") as stage:
            folder = pathlib.Path(stage)
            yield folder
            paths = sorted(path for path in folder.rglob("*") if path.is_file())
            files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
            self.place(name, files, made_from)

    def has(self, name: str) -> bool:
        """Whether an item is there, made now or by an earlier run."""
        return name in self._items

    def _at(self, path: str) -> str:
        return posixpath.join(self._root, path)

    def _entry(self, name: str) -> str:
        digest = hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:32]
        return f"{_ENTRIES}/{digest}.json"

    def _write(self, path: str, text: str) -> None:
        self._files.pipe(self._at(path), text.encode("ascii"))

    def _read(self, path: str) -> object:
        if self._files.size(self._at(path)) > _MAX_RECORD:
            raise InputError(f"{self.path}/{path} is too large for a record; move it away")
        return parse_json(self._files.cat_file(self._at(path)), f"{self.path}/{path}")

    def _load(self) -> dict[str, Item]:
        items: dict[str, Item] = {}
        if self._files.exists(self._at(self._record_name)):
            record = parse_record(self._read(self._record_name), f"{self.path}/{self._record_name}")
            difference = record.difference(self._record)
            if difference and not self._overwrite:
                raise InputError(
                    f"{self.path} was made {difference}; give another --output, or --overwrite"
                )
            items.update(record.items)
        if self._files.isdir(self._at(_ENTRIES)):
            for found in self._files.ls(self._at(_ENTRIES), detail=False):
                path = f"{_ENTRIES}/{posixpath.basename(found)}"
                value = self._read(path)
                try:
                    name = value["item"]  # type: ignore[index]
                    if not isinstance(name, str) or path != self._entry(name):
                        raise ValueError("an entry of another name")
                    items[name] = parse_item(value)
                except (KeyError, TypeError, ValueError):
                    raise InputError(
                        f"{self.path}/{path} is not a record of an item; move it away"
                    ) from None
        return items

    def _is_there(self, path: str, about: FileRecord) -> bool:
        where = self._at(path)
        return self._files.exists(where) and self._files.size(where) == about.bytes

    def _is_ours(self, path: str, about: FileRecord) -> bool:
        if not self._is_there(path, about):
            return False
        return hashlib.sha256(self._files.cat_file(self._at(path))).hexdigest() == about.sha256

    def _check_free(self, name: str, paths: Sequence[str] | Mapping[str, bytes]) -> None:
        owned: dict[str, list[FileRecord]] = {}
        for other, item in self._items.items():
            stale = self._overwrite and other not in self._made
            if other == name or stale or item.identity != self._record.identity:
                for table in (item.files, item.before):
                    for path, about in table.items():
                        owned.setdefault(path, []).append(about)
        for path in paths:
            if not self._files.exists(self._at(path)):
                continue
            if not any(self._is_ours(path, about) for about in owned.get(path, ())):
                raise InputError(
                    f"{self.path}/{path} is there, and no record says that this program made it; "
                    "move it away, or give another --output"
                )

    def _remove(self, files: Mapping[str, FileRecord]) -> None:
        for path, about in files.items():
            if self._is_ours(path, about):
                self._files.rm_file(self._at(path))
            elif self._files.exists(self._at(path)):
                logging.warning("%s/%s was changed after it was made, and stays", self.path, path)

    def _finish(self) -> None:
        for name, item in list(self._items.items()):
            stale = self._overwrite and name not in self._made
            if stale or item.identity != self._record.identity:
                del self._items[name]
                kept = {path for other in self._items.values() for path in other.files}
                old = {**item.before, **item.files}
                self._remove({path: about for path, about in old.items() if path not in kept})
            elif item.before:
                old = {p: about for p, about in item.before.items() if p not in item.files}
                self._remove(old)
                self._items[name] = dataclasses.replace(item, before={})
        self._write(self._record_name, format_json(format_record(self._full_record())))
        if self._files.isdir(self._at(_ENTRIES)):
            self._files.rm(self._at(_ENTRIES), recursive=True)

    def _full_record(self) -> Record:
        facts = {**self._record.facts, **self.facts}
        return dataclasses.replace(self._record, items=self._items, facts=facts)

    @contextlib.contextmanager
    def _reaching(self) -> Iterator[None]:
        """Storage raises errors of its own libraries; here they are one line."""
        try:
            yield
        except (InputError, KeyboardInterrupt):
            raise
        except Exception as error:
            lines = str(error).strip().splitlines()
            reason = lines[0][:300] if lines else type(error).__name__
            raise InputError(f"{self.path} cannot be reached: {reason}") from error
