"""Lists of numbers and ranges of them: 66,230 or 0-15."""

from collections.abc import Sequence

from stylegan_tf.errors import InputError

MAX_RANGE = 100_000
_MAX_SEED = 2**32 - 1


def number_ranges(flag: str, texts: Sequence[str]) -> list[int]:
    """The numbers, as NumPy's RandomState takes them, of a list flag of numbers and ranges.

    Raises:
      InputError: there is none, or one is not such a number or range.
    """
    if not texts:
        raise InputError(f"--{flag} is empty; give at least one number")
    numbers: list[int] = []
    for text in texts:
        first, dash, last = text.strip().partition("-")
        for part in [first, last] if dash else [first]:
            if not (part.isascii() and part.isdecimal() and len(part) <= 10):
                raise _wrong(flag, text, dash)
        start, end = int(first), int(last if dash else first)
        if end > _MAX_SEED:
            raise _wrong(flag, text, dash)
        if end < start or end - start > MAX_RANGE:
            why = "runs backwards" if end < start else f"has more than {MAX_RANGE} numbers"
            raise InputError(f"--{flag}: {text!r} is not a range: it {why}")
        numbers += range(start, end + 1)
    return numbers


def _wrong(flag: str, text: str, dash: str) -> InputError:
    more = ", or a range such as 0-15" if dash else ""
    return InputError(f"--{flag}: {text!r} is not a whole number from 0 to {_MAX_SEED}{more}")
