"""CSV tables that are input: bounded, whole, and of the columns and numbers that are expected."""

import csv
import io
import os
import pathlib
import re
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from stylegan_tf.errors import InputError
from stylegan_tf.files.whole_files import open_regular

MAX_BYTES = 512 << 20
_LARGEST = 1e12  # of a frame number, a coordinate, a moment in seconds
_LONGEST_FIELD = 1 << 16  # characters
_NUMBER = re.compile(r"\s*[+-]?(\d{1,40}(\.\d{0,40})?|\.\d{1,40})([eE][+-]?\d{1,3})?\s*")


def read_table(
    path: str | os.PathLike, required: Sequence[str] = (), max_bytes: int = MAX_BYTES
) -> pd.DataFrame:
    """All fields of a CSV file as text, under the names of its first line.

    Args:
      path: the file; UTF-8, with or without a byte order mark.
      required: columns that it must have.
      max_bytes: how long it may be.

    Returns:
      A row for every line that is not blank; the index, called `line`, is its number in the file.

    Raises:
      InputError: no such file, too large, no UTF-8 text, ragged, without a header, or a column is
        missing or there twice. The message names the file and the line.
    """
    rows = read_rows(path, max_bytes)
    first = next(rows, None)
    if first is None:
        raise InputError(f"{path} is not a CSV file: it is empty")
    columns = first[1]
    if "" in columns or len({*columns}) < len(columns):
        raise InputError(f"{path}, line {first[0]}: a column has no name, or that of another")
    missing = [name for name in required if name not in columns]
    if missing:
        raise InputError(
            f"{path}, line {first[0]}: there is no column {missing[0]}; its columns are "
            f"{', '.join(columns)[:200]}"
        )
    lines, values = [], []
    for line, row in rows:
        if len(row) != len(columns):
            raise InputError(
                f"{path}, line {line}: {len(row)} fields where the first line has {len(columns)}"
            )
        lines.append(line)
        values.append(row)
    return pd.DataFrame(values, pd.Index(lines, name="line"), columns, dtype=object)


def read_rows(
    path: str | os.PathLike, max_bytes: int = MAX_BYTES
) -> Iterator[tuple[int, list[str]]]:
    """The fields of each line of a CSV file that is not blank, with the line's number.

    Raises:
      InputError: no such file, too large, no UTF-8 text, or no CSV; the message names the line.
    """
    path = pathlib.Path(path)
    with open_regular(path, max_bytes) as file:
        text = io.TextIOWrapper(file, "utf-8-sig", newline="")
        # Python's limit is the whole program's: this is the only reader of CSV that there is.
        csv.field_size_limit(_LONGEST_FIELD)
        reader = csv.reader(text, strict=True)
        while True:
            try:
                row = next(reader)
            except StopIteration:
                return
            except (csv.Error, UnicodeDecodeError) as error:
                reason = "it is no UTF-8 text" if isinstance(error, UnicodeError) else str(error)
                raise InputError(
                    f"{path}, line {reader.line_num + 1}: this is not CSV: {reason}"
                ) from None
            if any("\0" in field for field in row):
                raise InputError(f"{path}, line {reader.line_num}: it holds a NUL character")
            if any(field.strip() for field in row):
                yield reader.line_num, row


def read_lines(path: str | os.PathLike, max_bytes: int = MAX_BYTES) -> list[str]:
    """The lines of a text file, whatever ends them.

    Raises:
      InputError: no such file, too large, or no UTF-8 text.
    """
    with open_regular(path, max_bytes) as file:
        try:
            return file.read(max_bytes + 1).decode("utf-8-sig").splitlines()
        except UnicodeDecodeError:
            raise InputError(f"{path} is no UTF-8 text") from None


def float_columns(
    table: pd.DataFrame,
    columns: Sequence[str],
    path: str | os.PathLike,
    low: float = -_LARGEST,
    high: float = _LARGEST,
) -> np.ndarray:
    """Columns of a table as float64 `[rows, columns]`.

    Args:
      table: from `read_table`.
      columns: their names.
      path: the table's, for the message.
      low, high: the range.

    Raises:
      InputError: a field is no number from `low` to `high`; the message names the line.
    """
    numbers = np.full((len(table), len(columns)), np.nan)
    for index, name in enumerate(columns):
        for row, text in enumerate(table[name]):
            if _NUMBER.fullmatch(text):
                numbers[row, index] = float(text)
            if not low <= numbers[row, index] <= high:
                raise InputError(
                    f"{path}, line {table.index[row]}: {name} is {text[:40]!r}; it must be a "
                    f"number from {low:g} to {high:g}"
                )
    return numbers


def int_column(
    table: pd.DataFrame, name: str, path: str | os.PathLike, high: int = int(_LARGEST)
) -> np.ndarray:
    """A column of whole numbers from 0 to `high`, as int64 `[rows]`.

    Raises:
      InputError: a field is none; the message names the line.
    """
    numbers = float_columns(table, [name], path, 0, high)[:, 0]
    for line, number in zip(table.index, numbers, strict=True):
        if number % 1:
            raise InputError(f"{path}, line {line}: {name} is {number:g}, no whole number")
    return numbers.astype(np.int64)


def check_file_names(table: pd.DataFrame, name: str, path: str | os.PathLike) -> None:
    """Refuses a column of file names unless each names something in the table's own folder.

    Raises:
      InputError: one does not; the message names the line.
    """
    for line, text in zip(table.index, table[name], strict=True):
        if "/" in text or text in ("", ".", ".."):
            raise InputError(f"{path}, line {line}: {name} is {text[:100]!r}, no plain file name")
