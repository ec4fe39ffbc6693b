import numpy as np
import pytest

from stylegan_tf.errors import InputError
from stylegan_tf.numbers import check_number, check_values


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
def test_only_finite_numbers(number):
    with pytest.raises(InputError, match=r"psi is -?(nan|inf); it must be a finite number"):
        check_number(number, "psi")


def test_range():
    assert check_number(0.7, "psi", -2, 2) == 0.7
    with pytest.raises(InputError, match=r"psi is 3; it must be from -2 to 2"):
        check_number(3, "psi", -2, 2)
    with pytest.raises(InputError, match=r"fps is 1e\+38; it must be from"):
        check_number(1e38, "fps")


def test_arrays():
    assert check_values(np.array([1.0, -2.0]), "w").dtype == np.float32
    assert check_values(np.zeros(0), "w").shape == (0,)
    with pytest.raises(InputError, match="w holds NaN or infinite values"):
        check_values(np.array([np.nan]), "w")
    with pytest.raises(InputError, match=r"w holds numbers beyond 1e\+06"):
        check_values(np.array([-1e300]), "w")
