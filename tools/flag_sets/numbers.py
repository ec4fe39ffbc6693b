"""Number flags: each takes finite numbers of a sensible range, which its help tells."""

import math

from absl import flags

from stylegan_tf.numbers import MOST

flags.disclaim_key_flags()  # a flag belongs to the module that calls `define_number`


class _Finite(flags.FloatParser):
    """A number, not NaN; the bounds of its parent keep infinity out."""

    def convert(self, argument: str | float) -> float:
        number = super().convert(argument)
        if not math.isfinite(number):
            raise ValueError("it must be a finite number")
        return number


def define_number(
    name: str, default: float | None, help_text: str, low: float = -MOST, high: float = MOST
) -> flags.FlagHolder:
    """Defines a float flag from `low` to `high`, which absl puts into the help."""
    return _define(_Finite(low, high), name, default, help_text)


def define_integer(
    name: str, default: int | None, help_text: str, low: int, high: int
) -> flags.FlagHolder:
    """Defines a flag of a whole number from `low` to `high`, which absl puts into the help."""
    return _define(flags.IntegerParser(low, high), name, default, help_text)


def _define(
    parser: flags.ArgumentParser, name: str, default: float | None, help_text: str
) -> flags.FlagHolder:
    return flags.DEFINE(parser, name, default, help_text, flags.FLAGS, flags.ArgumentSerializer())


def require_power_of_two(flag: str, lowest: int) -> None:
    """Has an integer flag refused unless it is a power of two, `lowest` or more."""
    flags.register_validator(
        flag,
        lambda number: number >= lowest and not number & (number - 1),
        f"must be a power of two, {lowest} or more",
    )
