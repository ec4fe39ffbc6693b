"""Sequence files: the one form in which emotion sequences are stored, CSV or JSON.

Written by tools/label_emotions.py and the sequence model (thesis 3.6), read by it and by videos.
"""

import csv
import functools
import json
import os
import pathlib
from collections.abc import Iterable, Iterator, Mapping

from emotion.sequences.sequence import SequenceError, SequenceRow, parse_number
from stylegan_tf.errors import InputError
from stylegan_tf.files.json_files import read_json
from stylegan_tf.files.tables import read_rows
from stylegan_tf.files.whole_files import write_atomically

COLUMNS = ("emotion", "seconds", "strength", "hold")
SUFFIXES = (".csv", ".json")
_MAX_BYTES = 256 << 20
_KEPT = 4096  # rows that are alike are one object, so that a million of them are small


def read_sequence(path: str | os.PathLike) -> list[SequenceRow]:
    """Reads a sequence file.

    CSV: a header with `emotion` and any of `seconds`, `strength`, `hold`; or no header and one
    emotion a line. JSON: a list of emotions, or of objects with these keys. Emotions are as
    `SequenceRow.parse` reads them; an empty field is the default.

    Raises:
        SequenceError: no such file, another format, or a wrong entry, with its line or row.
    """
    path = pathlib.Path(path)
    suffix = _suffix(path)
    if not path.is_file():
        raise SequenceError(f"there is no sequence file {path}")
    try:
        rows = list(_json_rows(path) if suffix == ".json" else _csv_rows(path))
    except SequenceError:
        raise
    except InputError as error:
        raise SequenceError(str(error)) from None
    if not rows:
        raise SequenceError(f"{path} has no rows: it holds no emotion")
    return rows


def write_sequence(path: str | os.PathLike, rows: Iterable[SequenceRow]) -> None:
    """Writes a sequence, one row a line, as CSV or JSON by the suffix of `path`.

    Only the columns that a row uses are written. `read_sequence` gives the same rows back.

    Raises:
        SequenceError: the suffix is neither .csv nor .json.
    """
    suffix = _suffix(path)
    records = [_record(row) for row in rows]
    with (
        write_atomically(path) as temporary,
        open(temporary, "w", newline="", encoding="utf-8") as file,
    ):
        if suffix == ".json":
            file.write(
                "[\n"
                + ",\n".join("  " + json.dumps(row, allow_nan=False) for row in records)
                + "\n]\n"
            )
        else:
            used = [name for name in COLUMNS if any(name in record for record in records)]
            writer = csv.DictWriter(file, used or COLUMNS[:1], lineterminator="\n")
            writer.writeheader()
            writer.writerows(records)


def _record(row: SequenceRow) -> dict[str, str | float]:
    record: dict[str, str | float] = {"emotion": row.text}
    if row.seconds is not None:
        record["seconds"] = row.seconds
    if row.strength != 1:
        record["strength"] = row.strength
    if row.hold:
        record["hold"] = row.hold
    return record


def _row(record: Mapping[str, object]) -> SequenceRow:
    given = {key: value for key, value in record.items() if value not in (None, "")}
    if not given.keys() <= set(COLUMNS):
        unknown = min(str(name) for name in given if name not in COLUMNS)
        raise SequenceError(f"unknown column {unknown[:100]!r}; use {', '.join(COLUMNS)}")
    if "emotion" not in given:
        raise SequenceError("the emotion is missing")
    row = _parse_emotion(str(given["emotion"]))
    numbers = {key: parse_number(given[key], key) for key in COLUMNS[1:] if key in given}
    return SequenceRow(
        row.emotions,
        numbers.get("seconds", row.seconds),
        numbers.get("strength", row.strength),
        numbers.get("hold", row.hold),
    )


@functools.lru_cache(_KEPT)
def _parse_emotion(text: str) -> SequenceRow:
    return SequenceRow.parse(text)


def _suffix(path: str | os.PathLike) -> str:
    suffix = pathlib.Path(path).suffix.lower()
    if suffix not in SUFFIXES:
        raise SequenceError(
            f"{path} is neither .csv nor .json: an emotion sequence is a .csv or a .json file"
        )
    return suffix


def _csv_rows(path: pathlib.Path) -> Iterator[SequenceRow]:
    parse = functools.lru_cache(_KEPT)(_csv_row)
    columns: tuple[str, ...] = ()
    note = ""
    for line, fields in read_rows(path, _MAX_BYTES):
        if not columns:
            columns = tuple(field.strip().lower() for field in fields)
            if "emotion" in columns:
                continue
            columns, note = ("emotion",), "; the first line names no column 'emotion'"
        try:
            yield parse(columns, tuple(fields))
        except InputError as error:
            raise SequenceError(f"{path}, line {line}: {error}{note}") from None
        note = ""


def _csv_row(columns: tuple[str, ...], fields: tuple[str, ...]) -> SequenceRow:
    if len(fields) > len(columns):
        raise SequenceError(f"{len(fields)} fields, {len(columns)} columns")
    return _row({name: field.strip() for name, field in zip(columns, fields, strict=False)})


def _json_rows(path: pathlib.Path) -> Iterator[SequenceRow]:
    content = read_json(path, _MAX_BYTES)
    if not isinstance(content, list):
        raise SequenceError(f"{path} must hold a list: a sequence in JSON is a list of emotions")
    parse = functools.lru_cache(_KEPT)(_json_row)
    for number, entry in enumerate(content, 1):
        items = entry.items() if isinstance(entry, dict) else [("emotion", entry)]
        if not all(value is None or isinstance(value, str | int | float) for _, value in items):
            raise SequenceError(f"{path}, row {number}: a value is neither a text nor a number")
        try:
            yield parse(tuple((key, "" if value is None else str(value)) for key, value in items))
        except InputError as error:
            raise SequenceError(f"{path}, row {number}: {error}") from None


def _json_row(items: tuple[tuple[str, str], ...]) -> SequenceRow:
    return _row(dict(items))
