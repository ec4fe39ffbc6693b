"""What is known of a folder's items: which are there, which are stale, whose files are whose."""

import dataclasses
import hashlib
from typing import Any

from stylegan_tf.errors import InputError
from stylegan_tf.outputs.owned_files import merge_owned
from stylegan_tf.outputs.record import FileRecord, Files, Item, Record, format_item, parse_item

RECORD_NAME = "record.json"
ENTRIES = ".items"  # the folder of entries of a run that is not over; then they are in the record


class ItemTable:
    """The items of one folder, wherever it is; it reads and writes nothing itself.

    Attributes:
      facts: what the record tells besides.
    """

    def __init__(self, place: str, record: Record, overwrite: bool) -> None:
        """Begins empty.

        Args:
          place: the folder, for messages.
          record: what makes the items, without what a single item depends on.
          overwrite: items of earlier runs do not count.
        """
        self.facts: dict[str, object] = {}
        self._place, self._record, self._overwrite = place, record, overwrite
        self._items: dict[str, Item] = {}
        self._made: set[str] = set()

    def __contains__(self, name: str) -> bool:
        return name in self._items

    def __len__(self) -> int:
        return len(self._items)

    def forget_all(self) -> None:
        """Empties the table, to be read anew."""
        self._items = {}

    def add_record(self, record: Record) -> None:
        """Takes the items of the folder's record.

        Raises:
          InputError: the folder was made otherwise, and is not to be overwritten.
        """
        difference = record.difference(self._record)
        if difference and not self._overwrite:
            raise InputError(
                f"{self._place} was made {difference}; give another --output, or --overwrite"
            )
        self._items.update(record.items)

    def add_entry(self, value: Any, path: str, where: str) -> None:
        """Takes an item from its entry.

        Args:
          value: what is in the entry.
          path: of the entry, as `entry_path` has it.
          where: the same for messages.

        Raises:
          InputError: it is none.
        """
        try:
            name = value["item"]
            if not isinstance(name, str) or path != entry_path(name):
                raise ValueError("an entry of another name")
            self._items[name] = parse_item(value)
        except (KeyError, TypeError, ValueError):
            raise InputError(f"{where} is not a record of an item; move it away") from None

    def made(self, name: str, made_from: str) -> Item | None:
        """An item, if it was made by this run or one like it, from this input."""
        item = self._items.get(name)
        if item is None or self._is_stale(name):
            return None
        return item if item.made_from == made_from else None

    def owned(self, name: str) -> dict[str, list[FileRecord]]:
        """What may be replaced when an item is made: its own, and what no longer counts."""
        return merge_owned(
            *(
                table
                for other, item in self._items.items()
                if other == name or self._is_stale(other)
                for table in (item.files, item.before)
            )
        )

    def begin(self, name: str, made_from: str, files: Files) -> tuple[Item, dict[str, Any]]:
        """An item that is about to be placed, and its entry, which is to be written before."""
        old = self._items.get(name)
        before = {} if old is None else {**old.before, **old.files}
        item = Item(made_from, self._record.identity, files, before)
        return item, {"item": name, **format_item(item)}

    def end(self, name: str, item: Item) -> Files:
        """Notes that an item is placed; returns what was its own before and is to be removed."""
        self._items[name] = dataclasses.replace(item, before={})
        self._made.add(name)
        return _left_over(item)

    def remove(self, name: str) -> Files | None:
        """Drops an item; returns its files, or None if there is none."""
        item = self._items.pop(name, None)
        return None if item is None else {**item.before, **item.files}

    def close(self) -> list[Files]:
        """Drops what is stale; returns the files to be removed."""
        removed = []
        for name, item in list(self._items.items()):
            if self._is_stale(name):
                del self._items[name]
                removed.append({**item.before, **item.files})
            elif item.before:
                self._items[name] = dataclasses.replace(item, before={})
                removed.append(_left_over(item))
        kept = {path for item in self._items.values() for path in item.files}
        return [{p: about for p, about in files.items() if p not in kept} for files in removed]

    def record(self) -> Record:
        """The record of all items."""
        facts = {**self._record.facts, **self.facts}
        return dataclasses.replace(self._record, items=self._items, facts=facts)

    def _is_stale(self, name: str) -> bool:
        """Whether another run made it, or one that is to be overwritten."""
        others = self._items[name].identity != self._record.identity
        return others or (self._overwrite and name not in self._made)


def _left_over(item: Item) -> Files:
    return {path: about for path, about in item.before.items() if path not in item.files}


def entry_name(name: str) -> str:
    """A file name for an item of any name."""
    return hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:32]


def entry_path(name: str) -> str:
    """Where an item's entry is in its folder."""
    return f"{ENTRIES}/{entry_name(name)}.json"
