"""The unpickler: what it reads, what it refuses, and that nothing in a file is ever run."""

import pickle
import subprocess
import sys

import numpy as np
import pytest

from stylegan_tf.pickles.errors import PickleFormatError, UnsafePickleError
from stylegan_tf.pickles.unpickler import unpickle
from stylegan_tf.pickles.values import RawNetwork

sys.path.insert(0, __file__.rpartition("/")[0])
import fuzz_pickles

sys.path.pop(0)


@pytest.mark.parametrize("protocol", range(5))
@pytest.mark.parametrize("dtype", ["<f4", ">f4", "<f8", "<f2", "<i8", "|u1", "|b1"])
def test_arrays_of_every_protocol(protocol, dtype):
    array = np.arange(24).reshape(2, 3, 4).astype(dtype)
    for value in (array, np.asfortranarray(array), array[:0]):
        result = unpickle(pickle.dumps([value], protocol))[0].value
        np.testing.assert_array_equal(result, value)
        assert result.dtype == value.dtype


@pytest.mark.parametrize("protocol", range(5))
def test_plain_values_of_every_protocol(protocol):
    value = ([None, True, False, 0, -5, 300, 2**40, -(2**70), 1.5, "text é"], {"a": (1, 2)}, "a")
    assert unpickle(pickle.dumps(value, protocol)) == value


@pytest.mark.parametrize("protocol", range(5))
def test_scalars(protocol):
    assert unpickle(pickle.dumps(np.float32(2.5), protocol)) == np.float32(2.5)


def test_arrays_are_views_of_the_file():
    data = pickle.dumps([np.arange(1000, dtype=np.float32)], 4)
    array = unpickle(data)[0].value
    assert not array.flags.owndata
    assert not array.flags.writeable


def test_a_network_is_its_state():
    data = b"\x80\x02cdnnlib.tflib.network\nNetwork\n)\x81}X\x01\0\0\0aK\x05sb."
    assert unpickle(data) == RawNetwork({"a": 5})


def test_attributes_of_an_easy_dict_are_its_items():
    data = b"\x80\x02cdnnlib.util\nEasyDict\n)\x81}X\x01\0\0\0aK\x05sb."
    assert unpickle(data) == {"a": 5}
    ordered = b"\x80\x02ccollections\nOrderedDict\n)RX\x01\0\0\0aK\x05s."
    assert unpickle(ordered) == {"a": 5}


TORCH_ATTACKS = fuzz_pickles.torch_attacks()


@pytest.mark.parametrize("name", fuzz_pickles.attacks())
def test_every_attack_is_refused(name):
    with pytest.raises(PickleFormatError):
        fuzz_pickles.networks_in(fuzz_pickles.attacks()[name])


@pytest.mark.parametrize(
    ("name", "message"),
    {
        "zip archive": "uses PERSID",
        "zip bomb": "uses PERSID",
        "nested zips": "uses PERSID",
        "pickle before a zip": "uses PERSID",
        "tensor larger than its storage": "a tensor .* of 4 numbers",
        "tensor of one number over and over": "a tensor .* of 4 numbers",
        "tensor far behind its storage": "a tensor .* of 4 numbers",
        "tensor with wide steps": "a tensor .* of 4 numbers",
        "tensor that goes back": "a tensor with an unknown shape",
        "tensor of many dimensions": "a tensor with an unknown shape",
        "tensor before its storage": "a tensor with an unknown shape",
        "storage of a zip bomb": "uses PERSID",
        "storage of nested zips": "uses PERSID",
        "storage of itself": "wants to use 'torch.storage._load_from_bytes'",
        "storage of too many numbers": "4,611,686,018,427,387,904 numbers in 183 bytes",
        "storage of fewer than no numbers": "an unknown kind of storage",
        "storage of two lengths": "two lengths differ",
        "storage cut short": "4 numbers in 182 bytes",
        "storage with more behind it": "4 numbers in 187 bytes",
        "storage of another's key": "another one's key",
        "storage of many keys": "more than 200 instructions",
        "storage of doubles": r"wants to use 'torch\.DoubleStorage'",
        "storage of many instructions": "more than 200 instructions",
        "storage of marks": "more than 200 instructions",
        "storage of a text": "a tensor from something else than bytes",
        "storage of nothing": "ends too early",
        "many storages": "reads more than 10,000 tensors",
        "set of objects": "a set of something else than texts",
        "module whose parts are its state": "the module G_ema has no 'synthesis'",
    }.items(),
)
def test_every_bomb_of_torch_is_refused_for_what_it_is(name, message):
    with pytest.raises(PickleFormatError, match=message):
        fuzz_pickles.networks_in(TORCH_ATTACKS[name])


@pytest.mark.parametrize("name", [name for name in fuzz_pickles.attacks() if "os.system" in name])
def test_calling_is_unsafe_and_nothing_is_run(name, monkeypatch):
    called = []
    monkeypatch.setattr("os.system", lambda *arguments: called.append(arguments))
    with pytest.raises(UnsafePickleError):
        unpickle(fuzz_pickles.attacks()[name])
    assert called == []


def test_messages_name_what_was_asked_for():
    with pytest.raises(UnsafePickleError, match=r"wants to use 'os.system', which no TensorFlow"):
        unpickle(b"\x80\x02cos\nsystem\nX\x02\0\0\0ls\x85R.")
    with pytest.raises(UnsafePickleError, match="looks like a PyTorch pickle"):
        unpickle(b"\x80\x02ctorch_utils.persistence\n_reconstruct_persistent_obj\n.")
    with pytest.raises(UnsafePickleError, match=r"uses INST \(byte 1\)"):
        unpickle(b"(ios\nsystem\n.")
    with pytest.raises(PickleFormatError, match="the file ends too early: 10 more bytes expected"):
        unpickle(b"\x80\x04C\x0aabc")
    with pytest.raises(PickleFormatError, match="not a pickle: byte 0 is 0x3c"):
        unpickle(b"<!DOCTYPE")


def test_fuzzing(tmp_path):
    # The full run of 10,000 is `python tests/stylegan_tf/pickles/fuzz_pickles.py`.
    outcomes = fuzz_pickles.fuzz(700, tmp_path)
    assert outcomes["UnsafePickleError"] > 200
    assert outcomes["PickleFormatError"] > 200
    assert outcomes["loaded"] > 10


def test_reading_pickles_needs_no_tensorflow():
    modules = "sys, stylegan_tf.pickles.reader, stylegan_tf.zoo"
    program = f"import {modules}; print('tensorflow' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert result.stdout == "False\n", result.stderr
