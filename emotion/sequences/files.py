"""Sequence files: the one form in which emotion sequences are stored, CSV or JSON.

Written by tools/label_emotions.py and the sequence model (thesis 3.6), read by it and by videos.
"""

import csv
import json
import os
import pathlib
from collections.abc import Iterable, Mapping, Sequence

from emotion.sequences.sequence import SequenceError, SequenceRow, parse_number
from stylegan_tf.errors import InputError
from stylegan_tf.files.whole_files import open_regular, write_atomically

COLUMNS = ("emotion", "seconds", "strength", "hold")
SUFFIXES = (".csv", ".json")
_MAX_BYTES = 256 << 20


def read_sequence(path: str | os.PathLike) -> list[SequenceRow]:
    """Reads a sequence file.

    CSV: a header with `emotion` and any of `seconds`, `strength`, `hold`; or no header and one
    emotion a line. JSON: a list of emotions, or of objects with these keys. Emotions are as
    `SequenceRow.parse` reads them; an empty field is the default.

    Raises:
        SequenceError: no such file, another format, or a wrong entry, with its row number.
    """
    path = pathlib.Path(path)
    suffix = _suffix(path)
    if not path.is_file():
        raise SequenceError(f"there is no sequence file {path}")
    try:
        with open_regular(path, _MAX_BYTES) as file:
            text = file.read(_MAX_BYTES).decode("utf-8-sig")
    except InputError as error:
        raise SequenceError(str(error)) from None
    except UnicodeDecodeError:
        raise SequenceError(f"{path} is not a text file; give CSV or JSON") from None
    records: Sequence[Mapping[str, object]]
    if suffix == ".json":
        records, note = _json_records(text, path), ""
    else:
        records, has_header = _csv_records(text, path)
        note = "" if has_header else "; the first line names no column 'emotion'"
    rows = []
    for number, record in enumerate(records, 1):
        try:
            rows.append(_row(record))
        except InputError as error:
            end = note if number == 1 else ""
            raise SequenceError(f"{path}, row {number}: {error}{end}") from None
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
    unknown = sorted(set(given) - set(COLUMNS))
    if unknown:
        raise SequenceError(f"unknown column {unknown[0]!r}; use {', '.join(COLUMNS)}")
    if "emotion" not in given:
        raise SequenceError("the emotion is missing")
    row = SequenceRow.parse(str(given["emotion"]))
    numbers = {key: parse_number(given[key], key) for key in COLUMNS[1:] if key in given}
    return SequenceRow(
        row.emotions,
        numbers.get("seconds", row.seconds),
        numbers.get("strength", row.strength),
        numbers.get("hold", row.hold),
    )


def _suffix(path: str | os.PathLike) -> str:
    suffix = pathlib.Path(path).suffix.lower()
    if suffix not in SUFFIXES:
        raise SequenceError(
            f"{path} is neither .csv nor .json: an emotion sequence is a .csv or a .json file"
        )
    return suffix


def _csv_records(text: str, path: pathlib.Path) -> tuple[list[dict[str, str]], bool]:
    """The fields of every line by column, and whether there is a header."""
    try:
        lines = [line for line in csv.reader(text.splitlines()) if any(x.strip() for x in line)]
    except csv.Error as error:
        raise SequenceError(f"{path} is not CSV: {error}") from None
    if not lines:
        raise SequenceError(f"{path} is empty")
    header = [field.strip().lower() for field in lines[0]]
    has_header = "emotion" in header
    if has_header:
        lines = lines[1:]
    else:
        header = ["emotion"]
    for number, line in enumerate(lines, 1):
        if len(line) > len(header):
            raise SequenceError(f"{path}, row {number}: {len(line)} fields, {len(header)} columns")
    return [
        {name: field.strip() for name, field in zip(header, line, strict=False)} for line in lines
    ], has_header


def _json_records(text: str, path: pathlib.Path) -> list[Mapping[str, object]]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SequenceError(f"{path} is not JSON: {error}") from None
    if not isinstance(content, list):
        raise SequenceError(f"{path} must hold a list: a sequence in JSON is a list of emotions")
    return [entry if isinstance(entry, dict) else {"emotion": entry} for entry in content]
