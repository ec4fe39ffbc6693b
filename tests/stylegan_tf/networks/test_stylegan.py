"""The first StyleGAN's mapping and synthesis networks."""

import numpy as np
import pytest
import tensorflow as tf

from stylegan_tf.errors import InputError
from stylegan_tf.networks.stylegan import Mapping, Synthesis, activate


@pytest.mark.parametrize("name", ["sg1_64", "sg1_cond32"])
def test_golden(golden, assert_close, name):
    nets, arrays = golden(name)
    mapping, synthesis = nets.Gs.mapping, nets.Gs.synthesis
    assert isinstance(mapping, Mapping)
    assert isinstance(synthesis, Synthesis)
    assert_close(mapping(arrays["z"], labels=arrays.get("labels")), arrays["w"], 3e-5)
    assert_close(synthesis(arrays["w"]), arrays["img"], 3e-5)


def test_leaky_relu(stylegan_golden):
    stylegan_golden.check("leaky_relu", lambda k, case, x: activate(x, "lrelu"), at_least=1)


@pytest.mark.parametrize("broadcast", [None, 6])
@pytest.mark.parametrize("labels", [0, 3])
def test_mapping_shapes(broadcast, labels):
    mapping = Mapping(
        latent_size=12,
        label_size=labels,
        dlatent_size=20,
        dlatent_broadcast=broadcast,
        mapping_layers=2,
        mapping_fmaps=16,
    )
    w = mapping(tf.ones([2, 12]), labels=tf.ones([2, labels]))
    assert w.shape == ((2, 20) if broadcast is None else (2, 6, 20))
    assert mapping.variables_by_name["Dense0/weight"].shape == (24 if labels else 12, 16)
    assert ("LabelConcat/weight" in mapping.variables_by_name) == bool(labels)


def test_synthesis_shapes(size):
    synthesis = Synthesis(**size, dlatent_size=20, num_channels=4, seed=1)
    assert synthesis(tf.ones([2, 6, 20])).shape == (2, 16, 16, 4)
    assert (synthesis.num_layers, synthesis.noise_layers) == (6, 6)
    sides = [synthesis.variables_by_name[f"noise{i}"].shape[2] for i in range(6)]
    assert sides == [4, 4, 8, 8, 16, 16]


def test_each_layer_takes_its_own_w(size):
    synthesis = Synthesis(**size, dlatent_size=20, seed=1)
    w = np.random.RandomState(0).randn(1, 6, 20).astype(np.float32)
    before = synthesis(w).numpy()
    for layer in range(6):
        changed = w.copy()
        changed[:, layer] += 1
        assert np.abs(synthesis(changed) - before).max() > 1e-4, layer


def test_wrong_values_are_errors(size):
    message = "unknown nonlinearity 'swish'; the first StyleGAN has relu and lrelu"
    with pytest.raises(InputError, match=message):
        Synthesis(**size, nonlinearity="swish")
    with pytest.raises(InputError, match=message):
        Mapping(mapping_nonlinearity="swish")
    with pytest.raises(InputError, match="structure must be one of auto, fixed, linear, recursive"):
        Synthesis(**size, structure="tree")
    with pytest.raises(InputError, match="resolution must be a power of 2 and at least 4, not 48"):
        Synthesis(resolution=48)
    with pytest.raises(InputError, match="noise must be const, random or none, not 'loud'"):
        Synthesis(**size, dlatent_size=20)(tf.ones([1, 6, 20]), noise="loud")
