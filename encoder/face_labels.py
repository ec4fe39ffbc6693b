"""`labels.csv`: which face of a set, or its latent code, shows what, and who it is."""

import os
import pathlib

import pandas as pd

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

    Raises:
        InputError: the file is missing or of another form.
    """
    if not pathlib.Path(path).is_file():
        raise InputError(f"there is no label file {path}")
    try:
        table = pd.read_csv(path, dtype=dict.fromkeys(COLUMNS, str))
    except (ValueError, UnicodeDecodeError) as error:
        raise InputError(f"{path} is not a CSV file: {error}") from None
    missing = [column for column in COLUMNS if column not in table]
    if missing:
        raise InputError(f"{path} lacks the column {missing[0]}; it needs {', '.join(COLUMNS)}")
    if table[list(COLUMNS)].isna().any().any():
        raise InputError(f"{path} has empty fields")
    return table
