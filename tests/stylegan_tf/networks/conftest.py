"""Golden networks with NVIDIA's results, and the small size that fresh networks are tested in."""

import functools
import pathlib

import numpy as np
import pytest

from stylegan_tf.inspection import parity

DATA = pathlib.Path(__file__).parents[2] / "data" / "networks"


@pytest.fixture(scope="session")
def golden():
    """`golden("sg2_f64")` → the networks and the arrays, those of images channels first."""
    return functools.cache(functools.partial(parity.load_golden, DATA))


@pytest.fixture(scope="session")
def assert_close():
    """Compares images, or what has no channels, with golden arrays, relative to the largest."""

    def check(value, expected, limit):
        value = np.asarray(value)
        if value.ndim == 4:
            value = np.transpose(value, [0, 3, 1, 2])
        assert parity.relative_error(value, expected) < limit

    return check


@pytest.fixture
def size():
    return {"resolution": 16, "fmap_base": 64, "fmap_max": 8}
