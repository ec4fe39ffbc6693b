"""Numbers that are input: finite and of a sensible size, whether a flag, a file or a call has them.

NaN, infinity and 1e38 go through arithmetic without an error, and come out as black pictures.
"""

import math

import numpy as np

from stylegan_tf.errors import InputError

MOST = 1e6  # of what has no limit of its own
LONGEST_SECONDS = 86_400.0  # a day
MAX_PSI = 10.0  # of truncation, either way: 1 leaves W alone, 0 is the average
MAX_COEFFICIENT = 1000.0  # of directions, either way; the thesis has 8
MIN_FPS, MAX_FPS = 0.01, 1000.0
MAX_STEPS = 1_000_000  # of a search for one latent
MAX_SEED = 2**32 - 1  # what NumPy's RandomState takes


def check_number(number: float, what: str, low: float = -MOST, high: float = MOST) -> float:
    """Returns a number from `low` to `high`.

    Raises:
      InputError: it is another one, NaN or infinite; `what` says which.
    """
    if not math.isfinite(number):
        raise InputError(f"{what} is {number}; it must be a finite number")
    if not low <= number <= high:
        raise InputError(f"{what} is {number:g}; it must be from {low:g} to {high:g}")
    return number


def check_values(array: np.ndarray, what: str, most: float = MOST) -> np.ndarray:
    """Returns an array of numbers as float32.

    Raises:
      InputError: it holds NaN, infinity, or a number beyond `most` either way.
    """
    if not np.isfinite(array).all():
        raise InputError(f"{what} holds NaN or infinite values")
    if array.size and max(float(array.max()), -float(array.min())) > most:
        raise InputError(f"{what} holds numbers beyond {most:g}")
    return array.astype(np.float32)
