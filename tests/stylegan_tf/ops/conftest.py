"""The native operations, built once into a cache of the tests' own user."""

import pytest

from stylegan_tf.ops.native import build, library


@pytest.fixture(scope="session")
def native():
    """The loaded operations; skips where there is no C++ compiler."""
    try:
        build.find_compiler()
    except build.BuildError as error:
        pytest.skip(str(error))
    return library.load()  # with a compiler at hand, any failure is one
