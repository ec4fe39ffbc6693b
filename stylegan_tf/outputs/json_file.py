"""JSON files that are input: limited in size and depth, without NaN; and their writer."""

import json
import os
import pathlib
import stat
from collections.abc import Mapping, Sequence

from stylegan_tf.errors import InputError
from stylegan_tf.files.whole_files import write_atomically

MAX_BYTES = 64 << 20
MAX_DEPTH = 40


def read_json(path: pathlib.Path, what: str, max_bytes: int = MAX_BYTES) -> dict[str, object]:
    """The object that a JSON file holds.

    Args:
      path: the file; a link or a device is refused.
      what: what it should be, for the messages.
      max_bytes: how long it may be.

    Raises:
      InputError: it is no such file, larger, deeper than `MAX_DEPTH`, no JSON, or no object.
    """
    wrong = InputError(f"{path} is not {what}; move it away")
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        raise wrong from None
    about = os.fstat(handle)
    if not stat.S_ISREG(about.st_mode) or about.st_size > max_bytes:
        os.close(handle)
        raise wrong
    with open(handle, "rb") as file:
        content = file.read(max_bytes + 1)
    if len(content) > max_bytes:
        raise wrong
    try:
        value = json.loads(content.decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise wrong from None
    if not isinstance(value, dict) or _is_deeper(value, MAX_DEPTH):
        raise wrong
    return value


def write_json(path: pathlib.Path, value: Mapping[str, object] | Sequence[object]) -> None:
    """Writes a value, indented; the file appears whole.

    Raises:
      ValueError: a number is NaN or infinite.
    """
    text = json.dumps(value, indent=2, allow_nan=False)
    with write_atomically(path) as temporary:
        temporary.write_text(text + "\n", "ascii")


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _is_deeper(value: object, depth: int) -> bool:
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list):
        return False
    return depth == 0 or any(_is_deeper(item, depth - 1) for item in value)
