"""What is received, and how much of it."""

import io

import pytest

from stylegan_tf.errors import InputError
from synthesis.studio.uploads import TooLargeError, check_clip, receive


def test_receiving(tmp_path):
    receive(io.BytesIO(b"12345"), tmp_path / "five", 5)
    assert (tmp_path / "five").read_bytes() == b"12345"
    with pytest.raises(TooLargeError, match="this file is larger than 0 MB"):
        receive(io.BytesIO(b"123456"), tmp_path / "six", 5)
    with pytest.raises(InputError, match="this file is empty"):
        receive(io.BytesIO(b""), tmp_path / "none", 5)
    assert [path.name for path in tmp_path.iterdir()] == ["five"]
    with pytest.raises(FileExistsError):  # nothing is written over, and no link is followed
        receive(io.BytesIO(b"1"), tmp_path / "five", 5)


def test_clips(square_clip, tmp_path):
    assert check_clip(square_clip).num_frames == 12
    (tmp_path / "list").write_text("ffconcat version 1.0\nfile /etc/passwd\n")
    with pytest.raises(InputError, match="this is not a film that can be read"):
        check_clip(tmp_path / "list")
