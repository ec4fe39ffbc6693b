"""NVIDIA's PyTorch pickles as networks of ours; `test_parity.py` holds the numbers."""

import lzma
import pathlib

import numpy as np
import pytest

from stylegan_tf import load_networks, save_networks
from stylegan_tf.pickles.errors import PickleFormatError
from stylegan_tf.pickles.reader import read_pickle
from stylegan_tf.pickles.torch_networks import RawModule, networks_of_torch
from stylegan_tf.pickles.torch_values import torch_vocabulary
from stylegan_tf.pickles.unpickler import unpickle
from stylegan_tf.pickles.values import settle

DATA = pathlib.Path(__file__).parents[2] / "data" / "networks"
NAMES = ("ada_ptc32", "sg3_sg2pt32")


@pytest.fixture
def tree():
    """The dict of modules of a PyTorch pickle, freshly read: a test may change it."""
    data = lzma.decompress((DATA / "ada_ptc32.pkl.xz").read_bytes())
    return unpickle(data, torch_vocabulary())


def module(raw: RawModule, *path: str) -> dict:
    """The `__dict__` of a module in the tree."""
    for name in path:
        raw = settle(raw.state["_modules"])[name]
    return raw.state


def parameters(raw: RawModule, *path: str) -> dict:
    return settle(module(raw, *path)["_parameters"])


@pytest.mark.parametrize("name", NAMES)
def test_round_trip_through_the_official_tensorflow_form_keeps_every_bit(tmp_path, name):
    nets = load_networks(DATA / f"{name}.pkl.xz")
    save_networks(tmp_path / "tf.pkl", nets)
    for before, after in zip(nets.states(), read_pickle(tmp_path / "tf.pkl"), strict=True):
        assert (after.func, after.version) == (before.func, 5)
        assert after.static_kwargs == before.static_kwargs
        pairs = [(before, after)]
        pairs += [(before.components[role], after.components[role]) for role in before.components]
        for old, new in pairs:
            assert list(new.variables) == list(old.variables)
            for key, value in old.variables.items():
                np.testing.assert_array_equal(new.variables[key], value)
    again = load_networks(tmp_path / "tf.pkl")
    z = nets.Gs.sample_z([5])
    labels = np.eye(3, dtype=np.float32)[:1] if nets.Gs.label_size else None
    np.testing.assert_array_equal(again.Gs.generate(z, labels), nets.Gs.generate(z, labels))


def test_options_are_read_off_the_modules():
    _, discriminator, generator = read_pickle(DATA / "ada_ptc32.pkl.xz")
    assert {
        "latent_size": 48,
        "dlatent_size": 64,
        "label_size": 3,
        "mapping_layers": 2,
        "mapping_lrmul": 0.01,
        "resolution": 32,
        "fmap_base": 256,
        "fmap_max": 24,
        "architecture": "skip",
        "conv_clamp": 256,
        "resample_kernel": [1, 3, 3, 1],
        "truncation_psi": 1,
    }.items() <= generator.static_kwargs.items()
    assert {
        "architecture": "resnet",
        "mapping_layers": 8,
        "mapping_fmaps": 24,
        "mbstd_group_size": 4,
    }.items() <= discriminator.static_kwargs.items()


def test_weights_of_up_sampling_are_mirrored(tree):
    torch = parameters(tree["G_ema"], "synthesis", "b8", "conv0")["weight"]
    *_, state = networks_of_torch(tree)
    ours = state.components["synthesis"].variables["8x8/Conv0_up/weight"]
    np.testing.assert_array_equal(ours, torch.transpose(2, 3, 1, 0)[::-1, ::-1])


def test_channels_last_tensors_keep_their_shape(tree):
    weight = parameters(tree["G_ema"], "synthesis", "b32", "conv1")["weight"]
    assert weight.shape == (16, 16, 3, 3)
    assert weight.strides != np.empty(weight.shape, np.float32).strides


def test_stylegan3_is_refused_by_name(tree):
    modules = settle(module(tree["G_ema"], "synthesis")["_modules"])
    modules["input"] = modules.pop("b4")
    with pytest.raises(PickleFormatError, match="is StyleGAN3's own generator; only StyleGAN2"):
        networks_of_torch(tree)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.pop("G_ema"), "holds no networks: a dict without 'G_ema'"),
        (lambda t: t.update(D="text"), "the pickle's 'D' is not a network"),
        (lambda t: t.update(G_ema=t["D"]), "G_ema is a Discriminator, not a generator"),
        (
            lambda t: module(t["G_ema"], "mapping").update(num_layers="8"),
            "G_ema.mapping has no attribute 'num_layers' of use",
        ),
        (
            lambda t: module(t["G_ema"], "mapping").update(w_avg_beta=None),
            "G_ema.mapping keeps no average W",
        ),
        (
            lambda t: parameters(t["G_ema"], "mapping", "fc1").pop("weight"),
            "G_ema.mapping.fc1 has no array 'weight'",
        ),
        (
            lambda t: parameters(t["G_ema"], "synthesis", "b4").update(const=np.zeros(3)),
            "const has 1 dimensions, not 3",
        ),
        (
            lambda t: settle(module(t["G_ema"], "synthesis")["_modules"]).pop("b16"),
            "has not the blocks b4, b8",
        ),
        (
            lambda t: parameters(t["D"], "b32", "conv0").update(weight=np.zeros([99, 16, 3, 3])),
            "do not follow StyleGAN2's rule",
        ),
        (
            lambda t: module(t["D"], "mapping").update(w_dim=12),
            "D.mapping has layers of several widths",
        ),
    ],
)
def test_what_does_not_fit_is_named(tree, change, message):
    change(tree)
    with pytest.raises(PickleFormatError, match=message):
        networks_of_torch(tree)


def test_a_skip_discriminator_clamps_all_but_the_last_fromrgb(tree):
    blocks = settle(module(tree["D"])["_modules"])
    rgb = settle(blocks["b32"].state["_modules"])["fromrgb"]
    for name, width in (("b16", 24), ("b8", 24), ("b4", 24)):
        other = RawModule(rgb.class_name, dict(rgb.state))
        arrays = {"weight": np.ones([width, 3, 1, 1], np.float32), "bias": np.ones(width, "f")}
        other.state["_parameters"] = arrays
        settle(blocks[name].state["_modules"])["fromrgb"] = other
    for name in ("b32", "b16", "b8"):
        blocks[name].state["architecture"] = "skip"
        settle(blocks[name].state["_modules"]).pop("skip")
    state = networks_of_torch(tree)[1]
    assert state.static_kwargs["architecture"] == "skip"
    assert state.static_kwargs["clamp_last_fromrgb"] is False
    assert "4x4/FromRGB/weight" in state.variables
