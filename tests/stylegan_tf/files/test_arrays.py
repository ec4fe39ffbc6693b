import io
import struct
import zipfile

import numpy as np
import pytest

from stylegan_tf.errors import InputError
from stylegan_tf.files.arrays import map_array, read_array, read_arrays

READERS = [read_array, map_array]


def crafted(header: str, content: bytes = b"") -> bytes:
    text = header.encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + content


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", ["<f4", ">f8", "<i8", "|u1", "<U3"])
def test_arrays_of_numbers_and_text(tmp_path, read, order, dtype):
    array = np.arange(12).reshape(3, 4).astype(dtype).copy(order)
    np.save(tmp_path / "a.npy", array)
    np.testing.assert_array_equal(read(tmp_path / "a.npy"), array)


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "it does not begin as one"),
        (b"<html>quota exceeded</html>", "it does not begin as one"),
        (b"\x93NUMPY\x01\x00\xff", "it is cut short"),
        (b"\x93NUMPY\x02\x00" + struct.pack("<I", 1 << 30), "its header is too long"),
        (crafted("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }"), "neither numbers"),
        (crafted("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}"), "is none"),
        (crafted("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }"), "is none"),
        (crafted("__import__('os').system('true')"), "is none that NumPy writes"),
        (crafted("(" * 9000), "is none that NumPy writes"),
        (
            crafted("{'descr': '<f4', 'fortran_order': False, 'shape': (999999999999,), }"),
            "its header states|it is cut short",
        ),
        (
            crafted("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", b"1234"),
            "it is cut short",
        ),
    ],
)
def test_what_is_no_array_is_one_line(tmp_path, read, content, message):
    path = tmp_path / "a.npy"
    path.write_bytes(content)
    with pytest.raises(InputError, match=message) as caught:
        read(path)
    assert "\n" not in str(caught.value)


def test_archives(tmp_path):
    np.savez_compressed(tmp_path / "a.npz", one=np.arange(3), text=np.array("hello"))
    arrays = read_arrays(tmp_path / "a.npz")
    assert arrays["one"].tolist() == [0, 1, 2]
    assert str(arrays["text"]) == "hello"
    with pytest.raises(InputError, match=r"is an archive of arrays \(.npz\); give one array"):
        read_array(tmp_path / "a.npz")


def test_damaged_and_oversized_archives(tmp_path):
    path = tmp_path / "a.npz"
    np.savez_compressed(path, one=np.zeros(100_000))
    with pytest.raises(InputError, match="it holds too much"):
        read_arrays(path, max_bytes=1000)
    data = bytearray(path.read_bytes())
    data[60:80] = b"x" * 20
    path.write_bytes(data)
    with pytest.raises(InputError, match="is not an archive of NumPy arrays"):
        read_arrays(path)
    path.write_bytes(b"PK\3\4 and no more")
    with pytest.raises(InputError, match="is not an archive of NumPy arrays"):
        read_arrays(path)


def test_an_archive_of_objects_is_not_unpickled(tmp_path):
    content = io.BytesIO()
    np.save(content, np.array([None], object), allow_pickle=True)
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("a.npy", content.getvalue())
    with pytest.raises(InputError, match="neither numbers nor text"):
        read_arrays(tmp_path / "a.npz")


def test_files_that_are_none(tmp_path):
    with pytest.raises(InputError, match="cannot be read: No such file"):
        read_array(tmp_path / "missing.npy")
    with pytest.raises(InputError, match="is a folder"):
        read_array(tmp_path)
    with pytest.raises(InputError, match="is a device or a pipe"):
        read_array("/dev/zero")
    with pytest.raises(InputError, match="cannot be read: no file can have that name"):
        read_array("a\0b.npy")
