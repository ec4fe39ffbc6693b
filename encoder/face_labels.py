"""`labels.csv`: which face of a set, or its latent code, shows what, and who it is."""

import os
import pathlib

import pandas as pd

from stylegan_tf.errors import InputError
from stylegan_tf.files.tables import check_file_names, float_columns, read_table
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
    table = read_table(path, COLUMNS)
    empty = (table[list(COLUMNS)] == "").any(axis=1)
    if empty.any():
        raise InputError(f"{path}, line {empty.idxmax()}: it has empty fields")
    check_file_names(table, "name", path)
    if "confidence" in table:
        table["confidence"] = float_columns(table, ["confidence"], path, 0, 1)[:, 0]
    return table.reset_index(drop=True)
