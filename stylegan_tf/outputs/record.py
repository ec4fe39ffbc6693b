"""The record that a result carries: what made it, and which files it is."""

import dataclasses
import hashlib
import importlib.metadata
import json
import os
import pathlib
import re
from collections.abc import Iterable, Iterator, Mapping

from stylegan_tf.errors import InputError
from stylegan_tf.files.json_files import read_own_json, write_json

_PACKAGE = "stylegan-video"
_SHA256 = re.compile("[0-9a-f]{64}")
_WHAT = "a record of a run"


@dataclasses.dataclass(frozen=True)
class FileRecord:
    """Size and SHA-256 of a file that was written."""

    bytes: int
    sha256: str


Files = dict[str, FileRecord]  # by path in the output's folder, with slashes


@dataclasses.dataclass(frozen=True)
class Item:
    """One of many independent parts of a result.

    Attributes:
      made_from: checksum of its input, or whatever else it alone depends on.
      identity: of the run's record.
      files: what was written for it.
      before: what an earlier run wrote for it, until that is replaced.
    """

    made_from: str
    identity: str
    files: Files
    before: Files = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class Record:
    """What made a result.

    Attributes:
      program: the driver, without `.py`.
      flags: the flags that matter, by name.
      inputs: name of a flag → the name and SHA-256 of each file it names; such a flag counts by
        this, not by its text.
      network: `name`, `file` and `sha256` of the network, if there is one.
      version: of this package.
      files: what was written.
      before: what an earlier run wrote and this one is about to remove; empty when it is done.
      items: of a folder of many independent parts, by name.
      facts: what else the driver wants to tell; does not count.
    """

    program: str
    flags: Mapping[str, object]
    inputs: Mapping[str, list[list[str]]] = dataclasses.field(default_factory=dict)
    network: Mapping[str, str] | None = None
    version: str = dataclasses.field(default_factory=lambda: importlib.metadata.version(_PACKAGE))
    files: Files = dataclasses.field(default_factory=dict)
    before: Files = dataclasses.field(default_factory=dict)
    items: Mapping[str, Item] = dataclasses.field(default_factory=dict)
    facts: Mapping[str, object] = dataclasses.field(default_factory=dict)

    @property
    def identity(self) -> str:
        """A digest of all that counts: results of one identity are the same."""
        return hashlib.sha256(json.dumps(self._counting(), sort_keys=True).encode()).hexdigest()

    def difference(self, other: "Record") -> str | None:
        """What this record and the present one differ in, as "with another --fps"; None if nothing.

        Args:
          other: the record of the run that is asked for now.
        """
        if self.program != other.program:
            return f"by {self.program}"
        mine, theirs = self._counting(), other._counting()
        for name in sorted({*mine["flags"], *theirs["flags"]}):
            if mine["flags"].get(name) != theirs["flags"].get(name):
                return f"with another --{name}"
        for name in sorted({*self.inputs, *other.inputs}):
            if mine["inputs"].get(name) != theirs["inputs"].get(name):
                return f"with another --{name} (the file's content counts)"
        if mine["network"] != theirs["network"]:
            return "with another --network (the file's content counts)"
        if self.version != other.version:
            return f"by version {self.version} of this package, which is {other.version} now"
        return None

    def _counting(self) -> dict:
        flags = {k: v for k, v in self.flags.items() if k not in self.inputs}
        if self.network is not None:
            flags.pop("network", None)
        counting = {
            "program": self.program,
            "flags": flags,
            "inputs": self.inputs,
            "network": None if self.network is None else self.network["sha256"],
            "version": self.version,
        }
        return json.loads(json.dumps(counting))  # tuples become lists, as in a record read back


def read_record(path: pathlib.Path) -> Record:
    """Reads a record back, as any input.

    Raises:
      InputError: it is not a record, or names files outside its folder.
    """
    return parse_record(read_own_json(path, _WHAT), path)


def parse_record(value: object, where: object) -> Record:
    """A record out of JSON, as any input.

    Args:
      value: what the JSON stands for.
      where: it was, for the message.

    Raises:
      InputError: it is not a record, or names files outside its folder.
    """
    try:
        value = dict(_mapping(value))
        return Record(
            program=_text(value.pop("program")),
            version=_text(value.pop("version")),
            flags=_mapping(value.pop("flags")),
            inputs={
                name: [[_text(file), _digest(sha256)] for file, sha256 in files]
                for name, files in _mapping(value.pop("inputs")).items()
            },
            network=_network(value.pop("network", None)),
            files=parse_files(value.pop("files", {})),
            before=parse_files(value.pop("before", {})),
            items={k: parse_item(item) for k, item in _mapping(value.pop("items", {})).items()},
            facts=value,
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise InputError(f"{where} is not {_WHAT}; move it away") from None


def write_record(path: pathlib.Path, record: Record) -> None:
    """Writes a record as JSON."""
    write_json(path, format_record(record))


def format_record(record: Record) -> dict[str, object]:
    """A record as JSON takes it; what is empty is left out."""
    value: dict[str, object] = {
        "program": record.program,
        "version": record.version,
        "flags": dict(record.flags),
        "inputs": dict(record.inputs),
        **({} if record.network is None else {"network": dict(record.network)}),
        **record.facts,
    }
    for name, files in (("files", record.files), ("before", record.before)):
        if files:
            value[name] = format_files(files)
    if record.items:
        value["items"] = {name: format_item(item) for name, item in record.items.items()}
    return value


def parse_item(value: object) -> Item:
    """An item's entry read back.

    Raises:
      ValueError, KeyError, TypeError: it is none, or names something outside its folder.
    """
    entry = _mapping(value)
    return Item(
        _text(entry["made_from"]),
        _digest(entry["identity"]),
        parse_files(entry["files"]),
        parse_files(entry.get("before", {})),
    )


def format_item(item: Item) -> dict[str, object]:
    """An item's entry as JSON takes it."""
    value: dict[str, object] = {"made_from": item.made_from, "identity": item.identity}
    value["files"] = format_files(item.files)
    return value | ({"before": format_files(item.before)} if item.before else {})


def parse_files(value: object) -> Files:
    """A table of files read back.

    Raises:
      ValueError, KeyError, TypeError: it is none, or names something outside its folder.
    """
    files = {}
    for name, about in _mapping(value).items():
        size = about["bytes"]
        if not isinstance(size, int) or isinstance(size, bool) or size < 0:
            raise ValueError("not a size")
        files[check_name(name)] = FileRecord(size, _digest(about["sha256"]))
    return files


def format_files(files: Files) -> dict[str, object]:
    """A table of files as JSON takes it."""
    return {name: dataclasses.asdict(about) for name, about in files.items()}


def check_name(name: str) -> str:
    """A path that stays in its folder, written with slashes.

    Raises:
      ValueError: it is absolute, goes up, or is not in its plain form.
    """
    path = pathlib.PurePosixPath(name)
    if not path.parts or path.is_absolute() or ".." in path.parts or "\0" in name:
        raise ValueError(f"{name!r} is not inside the output")
    if str(path) != name:
        raise ValueError(f"{name!r} is not a plain path")
    return name


def describe_file(path: str | os.PathLike) -> FileRecord:
    """Size and checksum of a file."""
    with open(path, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return FileRecord(os.fstat(file.fileno()).st_size, digest)


def describe_inputs(paths: Iterable[str | os.PathLike]) -> list[list[str]]:
    """Name and checksum of input files; of a folder, those of all files below, hidden ones not.

    Raises:
      InputError: there is no such file or folder, or it is a device or the like.
    """
    described = []
    for path in map(pathlib.Path, paths):
        if path.is_dir():
            described += [
                [file.relative_to(path).as_posix(), describe_file(file).sha256]
                for file in sorted(_files_below(path))
            ]
        elif path.is_file():
            described.append([path.name, describe_file(path).sha256])
        else:
            kind = "is neither a file nor a folder" if path.exists() else "does not exist"
            raise InputError(f"{path} {kind}")
    return described


def _files_below(folder: pathlib.Path) -> Iterator[pathlib.Path]:
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name[0] != "."]
        paths = (pathlib.Path(parent, name) for name in files if name[0] != ".")
        yield from (path for path in paths if path.is_file())


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _digest(value: object) -> str:
    text = _text(value)
    if not _SHA256.fullmatch(text):
        raise ValueError("not a checksum")
    return text


def _mapping(value: object) -> dict:
    if not isinstance(value, dict):
        raise TypeError("not an object")
    return value


def _network(value: object) -> dict[str, str] | None:
    if value is None:
        return None
    network = {name: _text(text) for name, text in _mapping(value).items()}
    _digest(network["sha256"])
    return network
