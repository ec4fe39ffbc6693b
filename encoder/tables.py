"""CSV tables as input: bounded, whole, and of the columns and numbers that are expected."""

import io
import os
import pathlib
import warnings
from collections.abc import Sequence

import numpy as np
import pandas as pd

from stylegan_tf.errors import InputError
from stylegan_tf.files.whole_files import open_regular

MAX_BYTES = 512 << 20
_LARGEST = 1e12  # of a frame number, a coordinate, a moment in seconds


def read_table(path: str | os.PathLike, max_bytes: int = MAX_BYTES) -> pd.DataFrame:
    """All fields of a CSV file as text, under the names of its first line.

    Raises:
      InputError: no such file, too large, no UTF-8 text, ragged, or without a header.
    """
    path = pathlib.Path(path)
    with open_regular(path, max_bytes) as file:
        content = file.read(max_bytes + 1)
    try:
        text = content.decode("utf-8-sig")
        if "\0" in text:
            raise ValueError("it holds a NUL character")
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # pandas only warns where a row is too long
            table = pd.read_csv(
                io.StringIO(text),
                dtype=str,
                keep_default_na=False,
                na_filter=False,
                index_col=False,
            )
    except (ValueError, Warning, OverflowError, RecursionError) as error:
        raise InputError(f"{path} is not a CSV file: {error}") from None
    if not all(isinstance(name, str) for name in table.columns):
        raise InputError(f"{path} is not a CSV file: its first line names no columns")
    return table


def float_columns(
    table: pd.DataFrame,
    columns: Sequence[str],
    what: str,
    low: float = -_LARGEST,
    high: float = _LARGEST,
) -> np.ndarray:
    """Columns as float64 `[rows, columns]`.

    Raises:
      InputError: a field is no number from `low` to `high`.
    """
    numbers = np.zeros((len(table), len(columns)))
    for index, name in enumerate(columns):
        try:
            numbers[:, index] = table[name].to_numpy(dtype=object).astype(np.float64)
        except (ValueError, OverflowError):
            raise InputError(f"{what}: the column {name} holds what is no number") from None
    if not ((numbers >= low) & (numbers <= high)).all():  # NaN is neither
        raise InputError(
            f"{what}: {', '.join(columns)} must be finite numbers from {low:g} to {high:g}"
        )
    return numbers


def int_column(table: pd.DataFrame, name: str, what: str) -> np.ndarray:
    """A column of whole numbers, 0 or more, as int64 `[rows]`.

    Raises:
      InputError: a field is none.
    """
    numbers = float_columns(table, [name], what, 0)[:, 0]
    if (numbers % 1 != 0).any():
        raise InputError(f"{what}: the column {name} holds what is no whole number")
    return numbers.astype(np.int64)
