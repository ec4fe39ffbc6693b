"""Tensors and storages of PyTorch pickles, read from bytes made here."""

import pickle
import struct

import numpy as np
import pytest

from stylegan_tf.pickles.errors import PickleFormatError, UnsafePickleError
from stylegan_tf.pickles.torch_values import torch_vocabulary
from stylegan_tf.pickles.unpickler import unpickle

MAGIC, PROTOCOL = 0x1950A86A20F9469CFC6C, 1001


def storage(values, *, kind="FloatStorage", count=None, length=None, little=True, key="7"):
    """A storage in torch's older format."""
    raw = np.asarray(values, "<f4").tobytes()
    count = len(values) if count is None else count
    number = pickle.dumps(count, 2)[2:-1]
    identifier = (
        b"\x80\x02(X\x07\0\0\0storagectorch\n" + kind.encode() + b"\nX\x01\0\0\0" + key.encode()
        + b"X\x03\0\0\0cpu" + number + b"NtQ."
    )  # fmt: skip
    return (
        pickle.dumps(MAGIC, 2)
        + pickle.dumps(PROTOCOL, 2)
        + pickle.dumps({"little_endian": little, "protocol_version": PROTOCOL}, 2)
        + identifier
        + pickle.dumps(["7"], 2)
        + struct.pack("<q", len(values) if length is None else length)
        + raw
    )


def tensor(data, offset, size, stride):
    """A pickle of one tensor."""
    parts = [pickle.dumps(part, 2)[2:-1] for part in (offset, size, stride)]
    return (
        b"\x80\x03ctorch._utils\n_rebuild_tensor_v2\n(ctorch.storage\n_load_from_bytes\nB"
        + struct.pack("<I", len(data)) + data + b"\x85R" + b"".join(parts) + b"\x89NtR."
    )  # fmt: skip


def read(data):
    return unpickle(data, torch_vocabulary())


def test_strides_and_offset_are_honoured():
    values = np.arange(7, dtype=np.float32)
    array = read(tensor(storage(values), 1, (2, 3), (1, 2)))
    assert array.tolist() == [[1, 3, 5], [2, 4, 6]]
    assert array.dtype == np.float32
    assert not array.flags.writeable


def test_scalars_and_empty_tensors():
    assert read(tensor(storage([2.5]), 0, (), ())).item() == 2.5
    assert read(tensor(storage([]), 0, (0, 3), (3, 1))).shape == (0, 3)


@pytest.mark.parametrize(
    ("offset", "size", "stride"),
    [(0, (3, 3), (3, 1)), (1, (7,), (1,)), (0, (10**9,), (0,)), (0, (2,), (10**12,))],
)
def test_a_tensor_beyond_its_storage_is_damage(offset, size, stride):
    with pytest.raises(PickleFormatError, match="the pickle is damaged: a tensor"):
        read(tensor(storage(range(7)), offset, size, stride))


@pytest.mark.parametrize(
    ("offset", "size", "stride"), [(-1, (2,), (1,)), (0, (2,), (1, 1)), (0, (2.0,), (1,))]
)
def test_odd_shapes_are_unsafe(offset, size, stride):
    with pytest.raises(UnsafePickleError, match="a tensor with an unknown shape"):
        read(tensor(storage(range(7)), offset, size, stride))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (storage([1, 2], count=3), "3 numbers in"),
        (storage([1, 2], length=3), "two lengths differ"),
        (storage([1, 2], little=False), "is not little-endian"),
        (storage([1, 2], key="8"), "another one's key"),
        (storage([1, 2], kind="HalfStorage"), "wants to use 'torch.HalfStorage'"),
        (storage([1, 2])[:-3], "2 numbers in"),
        (b"", "the file ends too early"),
        (
            pickle.dumps(MAGIC + 1, 2) + storage([1])[len(pickle.dumps(MAGIC, 2)) :],
            "torch's format",
        ),
    ],
)
def test_damaged_storages(data, message):
    with pytest.raises(PickleFormatError, match=message):
        read(tensor(data, 0, (1,), (1,)))


def test_persistent_ids_belong_to_storages_only():
    with pytest.raises(UnsafePickleError, match="uses BINPERSID"):
        read(b"\x80\x02K\x01Q.")


def test_modules_of_another_kind_or_version():
    call = b"\x80\x03ctorch_utils.persistence\n_reconstruct_persistent_obj\n"
    meta = {"type": "class", "version": 7, "class_name": "G", "state": {}}
    with pytest.raises(PickleFormatError, match="modules are of version 7, not 6"):
        read(call + pickle.dumps(meta, 2)[2:-1] + b"\x85R.")
    with pytest.raises(UnsafePickleError, match="makes a module in an unknown way"):
        read(call + pickle.dumps({"type": "function"}, 2)[2:-1] + b"\x85R.")
    with pytest.raises(PickleFormatError, match="a module without a name or state"):
        read(call + pickle.dumps({**meta, "version": 6, "state": None}, 2)[2:-1] + b"\x85R.")


def test_sets_hold_texts():
    assert read(pickle.dumps({"a", "b"}, 4)) == {"a", "b"}
    with pytest.raises(UnsafePickleError, match="adds something else than texts"):
        read(b"\x80\x04\x8f(K\x01\x90.")
    with pytest.raises(UnsafePickleError, match="a set of something else than texts"):
        read(b"\x80\x03cbuiltins\nset\n]K\x01a\x85R.")
