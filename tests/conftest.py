"""What tests of several packages share."""

import lzma
import pathlib

import pytest

DATA = pathlib.Path(__file__).parent / "data"


@pytest.fixture(scope="session")
def openface_bytes():
    """A Lua Torch file with nn4.small2.v1's structure and random weights."""
    return lzma.decompress((DATA / "openface" / "openface_random.t7.xz").read_bytes())


@pytest.fixture(scope="session")
def openface_file(openface_bytes, tmp_path_factory):
    """The same, as a file."""
    path = tmp_path_factory.mktemp("openface") / "openface_random.t7"
    path.write_bytes(openface_bytes)
    return path
