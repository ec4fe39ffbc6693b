"""A folder of many independent items in object storage, or wherever fsspec reaches."""

import contextlib
import hashlib
import pathlib
import posixpath
import tempfile
from collections.abc import Iterator, Mapping, Sequence

from absl import logging

from stylegan_tf.errors import InputError
from stylegan_tf.files.json_files import format_json, parse_json
from stylegan_tf.outputs.item_table import ENTRIES, RECORD_NAME, ItemTable, entry_path
from stylegan_tf.outputs.record import FileRecord, Record, format_record, parse_record

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
        self._record_name = record_name
        self._items = ItemTable(self.path, record, overwrite)
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
            self._load()

    @property
    def facts(self) -> dict[str, object]:
        """What the record tells besides."""
        return self._items.facts

    def is_done(self, name: str, made_from: str = "", expected: Sequence[str] = ()) -> bool:
        """Whether an item was made, by the same run and from the same input, and is there.

        Raises:
          InputError: it is not done, and a file of the user's own is in its place.
        """
        item = self._items.made(name, made_from)
        with self._reaching():
            if item and all(self._is_there(path, about) for path, about in item.files.items()):
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
            self._write(self._record_name, format_json(format_record(self._items.record())))
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
            item, entry = self._items.begin(name, made_from, described)
            self._write(entry_path(name), format_json(entry))
            for path, content in files.items():
                self._files.pipe(self._at(path), content)
            self._remove(self._items.end(name, item))

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

    def _write(self, path: str, text: str) -> None:
        self._files.pipe(self._at(path), text.encode("ascii"))

    def _read(self, path: str) -> object:
        if self._files.size(self._at(path)) > _MAX_RECORD:
            raise InputError(f"{self.path}/{path} is too large for a record; move it away")
        return parse_json(self._files.cat_file(self._at(path)), f"{self.path}/{path}")

    def _load(self) -> None:
        if self._files.exists(self._at(self._record_name)):
            value = self._read(self._record_name)
            self._items.add_record(parse_record(value, f"{self.path}/{self._record_name}"))
        if self._files.isdir(self._at(ENTRIES)):
            for found in self._files.ls(self._at(ENTRIES), detail=False):
                path = f"{ENTRIES}/{posixpath.basename(found)}"
                self._items.add_entry(self._read(path), path, f"{self.path}/{path}")

    def _is_there(self, path: str, about: FileRecord) -> bool:
        where = self._at(path)
        return self._files.exists(where) and self._files.size(where) == about.bytes

    def _is_ours(self, path: str, about: FileRecord) -> bool:
        if not self._is_there(path, about):
            return False
        return hashlib.sha256(self._files.cat_file(self._at(path))).hexdigest() == about.sha256

    def _check_free(self, name: str, paths: Sequence[str] | Mapping[str, bytes]) -> None:
        owned = self._items.owned(name)
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
        for files in self._items.close():
            self._remove(files)
        self._write(self._record_name, format_json(format_record(self._items.record())))
        if self._files.isdir(self._at(ENTRIES)):
            self._files.rm(self._at(ENTRIES), recursive=True)

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
