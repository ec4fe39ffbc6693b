"""`labels.csv`: which face of a set, or its latent code, shows what, and who it is."""

import os
import pathlib

import pandas as pd

from encoder.tables import float_columns, read_table
from stylegan_tf.errors import InputError
from stylegan_tf.files.whole_files import write_atomically

LABELS_FILE = "labels.csv"
COLUMNS = ("name", "subject", "emotion")


def write_face_labels(path: str | os.PathLike, table: pd.DataFrame) -> None:
    """Writes a table with the columns name, subject, emotion and any others."""
    with write_atomically(path) as temporary:
        table[[*COLUMNS, *table.columns.difference(COLUMNS, sort=False)]].to_csv(
            temporary, index=False
        )


def read_face_labels(path: str | os.PathLike) -> pd.DataFrame:
    """Reads a table with at least the columns name, subject, emotion: text without gaps.

    Other columns are text as well, but for confidence, which is float64 from 0 to 1.

    Raises:
        InputError: the file is missing or of another form.
    """
    if not pathlib.Path(path).is_file():
        raise InputError(f"there is no label file {path}")
    table = read_table(path)
    missing = [column for column in COLUMNS if column not in table]
    if missing:
        raise InputError(f"{path} lacks the column {missing[0]}; it needs {', '.join(COLUMNS)}")
    if (table[list(COLUMNS)] == "").any().any():
        raise InputError(f"{path} has empty fields")
    wrong = [name for name in table["name"] if "/" in name or name in (".", "..")]
    if wrong:
        raise InputError(f"{path}: {wrong[0][:100]!r} is no name of a picture or latent")
    if "confidence" in table:
        table["confidence"] = float_columns(table, ["confidence"], str(path), 0, 1)[:, 0]
    return table
