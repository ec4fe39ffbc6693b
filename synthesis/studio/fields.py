"""What a request may say: the fields of a JSON object, each of a known form."""

import math
from collections.abc import Iterable, Mapping

from stylegan_tf.errors import InputError

Fields = Mapping[str, object]


def check_fields(value: object, known: Iterable[str], what: str = "the request") -> Fields:
    """A JSON object that has no other fields than `known`; raises InputError for anything else."""
    if not isinstance(value, dict):
        raise InputError(f"{what} must be a JSON object")
    known = set(known)
    unknown = sorted(set(value) - known)
    if unknown:
        raise InputError(f"{what} has an unknown field {unknown[0][:40]!r}")
    return value


def number(fields: Fields, name: str, low: float, high: float, default: float) -> float:
    """A finite number from `low` to `high`, or `default` if it is not said."""
    value = fields.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError(f"{name} must be a number")
    if not (math.isfinite(value) and low <= value <= high):
        raise InputError(f"{name} must be a number from {low:g} to {high:g}")
    return float(value)


def whole(fields: Fields, name: str, low: int, high: int, default: int) -> int:
    """A whole number from `low` to `high`, or `default` if it is not said."""
    value = fields.get(name, default)
    if type(value) is not int or not low <= value <= high:
        raise InputError(f"{name} must be a whole number from {low} to {high}")
    return value


def choice(fields: Fields, name: str, known: Iterable[str], default: str) -> str:
    """One of `known`, or `default` if it is not said."""
    value = fields.get(name, default)
    known = list(known)
    if not isinstance(value, str) or value not in known:
        raise InputError(f"{name} must be one of {', '.join(known)}")
    return value


def text(fields: Fields, name: str, longest: int, default: str) -> str:
    """A text of at most `longest` characters, or `default` if it is not said."""
    value = fields.get(name, default)
    if not isinstance(value, str) or len(value) > longest:
        raise InputError(f"{name} must be a text of at most {longest} characters")
    return value


def flag(fields: Fields, name: str, default: bool) -> bool:
    """True or false, or `default` if it is not said."""
    value = fields.get(name, default)
    if not isinstance(value, bool):
        raise InputError(f"{name} must be true or false")
    return value
