"""Official pickles in and out."""

import dataclasses
import lzma
import pathlib
import pickle
import sys
import types

import numpy as np
import pytest

from stylegan_tf.errors import InputError
from stylegan_tf.pickles import file_bytes
from stylegan_tf.pickles.errors import PickleFormatError, UnsafePickleError
from stylegan_tf.pickles.network_state import NetworkState
from stylegan_tf.pickles.reader import read_pickle
from stylegan_tf.pickles.writer import write_pickle

DATA = pathlib.Path(__file__).parents[2] / "data" / "networks"
# Of TensorFlow; test_torch_networks.py has the others.
NAMES = sorted(
    path.name for path in DATA.glob("*.pkl.xz") if not path.name.startswith(("ada_pt", "sg3_"))
)


def assert_same(a, b):
    """Two states are equal, their variables bit for bit and in the same order."""
    for field in dataclasses.fields(NetworkState):
        if field.name not in ("variables", "components"):
            assert getattr(a, field.name) == getattr(b, field.name), field.name
    assert list(a.variables) == list(b.variables)
    for name, value in a.variables.items():
        assert value.dtype == b.variables[name].dtype
        assert value.shape == b.variables[name].shape
        assert value.tobytes() == b.variables[name].tobytes()
    assert list(a.components) == list(b.components)
    for role, component in a.components.items():
        assert_same(component, b.components[role])


def small_states():
    weights = {"a/weight": np.arange(6, dtype=np.float32).reshape(2, 3), "lod": np.float32(0)}
    weights = {name: np.asarray(value) for name, value in weights.items()}
    options = {"resolution": 4, "fmap_decay": 1.0, "dtype": None, "fused_modconv": True}
    options |= {"resample_kernel": [1, 3, 3, 1], "structure": "auto", "fmap_base": 2**40}
    part = NetworkState("G_mapping", "G_mapping", options, weights, module_source="# short")
    G = NetworkState("G_main", "G", options, weights, {"mapping": part}, module_source="# short")
    return [G, NetworkState("D_stylegan2", "D", {}, weights), dataclasses.replace(G, name="Gs")]


@pytest.mark.parametrize("name", NAMES)
def test_round_trip_of_golden_networks(name, tmp_path):
    states = read_pickle(DATA / name)
    write_pickle(tmp_path / "again.pkl", states)
    for before, after in zip(states, read_pickle(tmp_path / "again.pkl"), strict=True):
        assert_same(before, after)


@pytest.fixture
def nvidia_modules(monkeypatch):
    """Modules of NVIDIA's names whose Network keeps its state, for Python's own unpickler."""

    def keep(self, state):
        self.__dict__.update(state)

    for name in ("dnnlib.tflib.network", "tfutil"):
        network = type("Network", (), {"__setstate__": keep, "__module__": name})
        module = types.ModuleType(name)
        module.Network = network
        monkeypatch.setitem(sys.modules, name, module)
        for parent in (name.partition(".")[0], name.rpartition(".")[0]):
            if parent and parent != name:
                monkeypatch.setitem(sys.modules, parent, types.ModuleType(parent))


@pytest.mark.filterwarnings("ignore:numpy.core:DeprecationWarning")
@pytest.mark.parametrize("version", [2, 3, 4, 5])
def test_pythons_own_unpickler_reads_what_is_written(version, tmp_path, nvidia_modules):
    states = [dataclasses.replace(state, version=version) for state in small_states()]
    write_pickle(tmp_path / "net.pkl", states)
    with open(tmp_path / "net.pkl", "rb") as file:
        G, D, Gs = pickle.load(file)
    assert type(G).__module__ == ("tfutil" if version == 2 else "dnnlib.tflib.network")
    assert (G.version, G.name, G.build_func_name) == (version, "G", "G_main")
    assert G.static_kwargs == states[0].static_kwargs
    assert [name for name, _ in D.variables] == ["a/weight", "lod"]
    np.testing.assert_array_equal(D.variables[0][1], states[1].variables["a/weight"])
    assert type(D.variables[1][1]) is np.float32
    assert G.components["mapping"].build_func_name == "G_mapping"
    assert Gs.build_module_src == "# short"


def test_equal_arrays_are_stored_once(tmp_path):
    states = small_states()
    for number, state in enumerate(states):
        state.variables = {"noise0": np.full([100, 100], 1, np.float32), "n": np.array([number])}
        state.components = {}
    write_pickle(tmp_path / "net.pkl", states)
    assert (tmp_path / "net.pkl").stat().st_size < 1.1 * 40_000


def test_module_source_names_nvidias_module(tmp_path):
    states = [dataclasses.replace(state, module_source="") for state in small_states()]
    write_pickle(tmp_path / "net.pkl", states)
    source = read_pickle(tmp_path / "net.pkl")[0].module_source
    assert "from training.networks_stylegan2 import *" in source
    compile(source, "source", "exec")


def test_released_arrays_stay_valid(tmp_path):
    write_pickle(tmp_path / "net.pkl", small_states())
    states = read_pickle(tmp_path / "net.pkl")
    for _ in range(2):
        file_bytes.release_pages(states[0])
        assert_same(states[0], small_states()[0])


def test_packed_and_alone(tmp_path):
    write_pickle(tmp_path / "net.pkl.xz", small_states()[:1])
    assert (tmp_path / "net.pkl.xz").read_bytes()[:6] == b"\xfd7zXZ\0"
    (state,) = read_pickle(tmp_path / "net.pkl.xz")
    assert_same(state, small_states()[0])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"<!DOCTYPE html><html>quota</html>", "a web page, not a network"),
        (b"\n\n<HTML>", "a web page, not a network"),
        (b"version https://git-lfs.github.com/spec/v1\n", "a Git LFS pointer of 43 bytes"),
        (b"PK\x03\x04abc", "a zip archive: a PyTorch checkpoint"),
        (b"\x1f\x8babc", "a gzip archive"),
        (b"\x89HDF\r\n", "an HDF5 file, not a network pickle"),
        (b"hello", "not a pickle"),
        (b"\xfd7zXZ\0rubbish", "a damaged xz file"),
        (lzma.compress(b"<html>"), "a web page, not a network"),
        (pickle.dumps({"G": 1}), "the pickle holds no networks"),
        (pickle.dumps((1, 2, 3)), "the pickle holds something else than networks"),
    ],
)
def test_other_files_are_named(content, message, tmp_path):
    (tmp_path / "net.pkl").write_bytes(content)
    with pytest.raises(PickleFormatError, match=message) as caught:
        read_pickle(tmp_path / "net.pkl")
    assert str(caught.value).startswith(str(tmp_path / "net.pkl"))


def test_a_cut_file_is_named(tmp_path):
    write_pickle(tmp_path / "net.pkl", small_states())
    data = (tmp_path / "net.pkl").read_bytes()
    for length in range(1, len(data), 97):
        (tmp_path / "net.pkl").write_bytes(data[:length])
        with pytest.raises(PickleFormatError):
            read_pickle(tmp_path / "net.pkl")


def test_missing_files_and_folders(tmp_path):
    with pytest.raises(InputError, match="no network file at"):
        read_pickle(tmp_path / "none.pkl")
    with pytest.raises(InputError, match="is a folder, not a network pickle"):
        read_pickle(tmp_path)


def test_an_unpacking_bomb_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(file_bytes, "MAX_UNPACKED_BYTES", 1 << 20)
    (tmp_path / "net.pkl.xz").write_bytes(lzma.compress(bytes(8 << 20)))
    with pytest.raises(UnsafePickleError, match="it unpacks to more than 1 MiB"):
        read_pickle(tmp_path / "net.pkl.xz")


def test_a_failed_write_leaves_nothing(tmp_path):
    states = small_states()
    states[0].static_kwargs["function"] = print
    with pytest.raises(InputError, match="a network pickle cannot hold a builtin_function"):
        write_pickle(tmp_path / "net.pkl", states)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(InputError, match="holds 1 to 3 networks, not 0"):
        write_pickle(tmp_path / "net.pkl", [])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"version": 6}, "network state version 6 is not known"),
        ({"variables": {"a": np.array(["text"])}}, "an array of type"),
    ],
)
def test_unknown_states_are_refused(change, message, tmp_path):
    state = dataclasses.replace(small_states()[1], **change, module_source="# short")
    write_pickle(tmp_path / "net.pkl", [state])
    with pytest.raises(PickleFormatError, match=message):
        read_pickle(tmp_path / "net.pkl")
