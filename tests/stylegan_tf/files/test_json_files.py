import os

import pytest

from stylegan_tf.errors import InputError
from stylegan_tf.files.json_files import MAX_BYTES, MAX_DEPTH, read_own_json, write_json


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[1]",
        b"3",
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": "\xff"}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        b'{"a":' + b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1) + b"}",
    ],
)
def test_what_is_no_object_is_refused(tmp_path, content):
    (tmp_path / "a.json").write_bytes(content)
    with pytest.raises(InputError, match=r"a.json is not a list of mine; move it away"):
        read_own_json(tmp_path / "a.json", "a list of mine")


def test_huge_files_links_and_devices_are_refused(tmp_path):
    path = tmp_path / "a.json"
    path.write_text("{}")
    assert read_own_json(path, "it") == {}
    os.truncate(path, MAX_BYTES + 1)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("/dev/zero")
    for name in ("a.json", "pipe", "link", "none", "."):
        with pytest.raises(InputError, match=r"is not it; move it away"):
            read_own_json(tmp_path / name, "it")


def test_nan_is_not_written(tmp_path):
    with pytest.raises(ValueError, match=r"not JSON compliant"):
        write_json(tmp_path / "a.json", {"a": float("nan")})
    assert list(tmp_path.iterdir()) == []
