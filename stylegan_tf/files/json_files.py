"""JSON that is input: limited in size and depth, without NaN; and its writer."""

import json
import math
import os
import pathlib
import stat
from collections.abc import Mapping, Sequence
from typing import Any

from stylegan_tf.errors import InputError
from stylegan_tf.files.whole_files import open_regular, write_atomically

MAX_BYTES = 64 << 20
MAX_DEPTH = 40


def parse_json(content: str | bytes, what: object) -> object:
    """The value that a JSON text stands for.

    Args:
      content: the text, or its UTF-8 bytes.
      what: where it is from, for the message.

    Raises:
      InputError: it is no JSON, deeper than `MAX_DEPTH`, or a number is not finite.
    """
    try:
        text = content.decode("utf-8-sig") if isinstance(content, bytes) else content
        value = json.loads(text, parse_constant=_refuse, parse_float=_finite)
        if _is_deeper(value, MAX_DEPTH):
            raise RecursionError
    except RecursionError:
        raise InputError(f"{what} is not sensible JSON: it is too deep") from None
    except UnicodeDecodeError:
        raise InputError(f"{what} is not JSON: it is no UTF-8 text") from None
    except ValueError as error:
        raise InputError(f"{what} is not JSON: {error}") from None
    return value


def read_json(path: str | os.PathLike, max_bytes: int = MAX_BYTES) -> object:
    """The value that a JSON file holds.

    Raises:
      InputError: no such file, larger than `max_bytes`, or not as `parse_json` needs it.
    """
    with open_regular(path, max_bytes) as file:
        return parse_json(file.read(max_bytes + 1), path)


def read_own_json(path: pathlib.Path, what: str, max_bytes: int = MAX_BYTES) -> dict[str, Any]:
    """The object that a JSON file holds which this program wrote, and nobody should have touched.

    Args:
      path: the file; a link or a device is refused.
      what: what it should be, for the messages.
      max_bytes: how long it may be.

    Raises:
      InputError: it is no such file, larger, not as `parse_json` needs it, or no object.
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
        value = parse_json(content, path)
    except InputError:
        raise wrong from None
    if not isinstance(value, dict):
        raise wrong
    return value


def write_json(
    path: str | os.PathLike,
    value: Mapping[str, object] | Sequence[object],
    indent: int | None = 2,
) -> None:
    """Writes a value; the file appears whole.

    Raises:
      ValueError: a number is NaN or infinite.
    """
    text = format_json(value, indent)
    with write_atomically(path) as temporary:
        temporary.write_text(text, "ascii")


def format_json(value: Mapping[str, object] | Sequence[object], indent: int | None = 2) -> str:
    """A value as JSON in ASCII, with a line's end.

    Raises:
      ValueError: a number is NaN or infinite.
    """
    return json.dumps(value, indent=indent, allow_nan=False) + "\n"


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text[:40]} is too large a number")
    return number


def _is_deeper(value: object, depth: int) -> bool:
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list):
        return False
    return depth == 0 or any(_is_deeper(item, depth - 1) for item in value)
