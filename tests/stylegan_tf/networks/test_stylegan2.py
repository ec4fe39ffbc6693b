"""StyleGAN2's mapping and synthesis networks."""

import numpy as np
import pytest
import tensorflow as tf

from stylegan_tf.errors import InputError
from stylegan_tf.networks.stylegan2 import Mapping, Synthesis


@pytest.mark.parametrize("name", ["sg2_cond32", "sg2_f64", "sg2_orig64", "sg2_resnet64"])
def test_golden(golden, assert_close, name):
    nets, arrays = golden(name)
    mapping, synthesis = nets.Gs.mapping, nets.Gs.synthesis
    assert isinstance(mapping, Mapping)
    assert isinstance(synthesis, Synthesis)
    assert_close(mapping(arrays["z"], labels=arrays.get("labels")), arrays["w"], 1e-5)
    assert_close(synthesis(arrays["w"]), arrays["img"], 1e-5)


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
    assert mapping.variables_by_name["Dense1/weight"].shape == (16, 20)


def test_mapping_takes_the_length_of_z_away():
    z = tf.constant(np.random.RandomState(0).randn(2, 12), tf.float32)
    mapping = Mapping(latent_size=12, mapping_layers=2, seed=1)
    np.testing.assert_allclose(mapping(z), mapping(5 * z), atol=1e-5)


@pytest.mark.parametrize("architecture", ["orig", "skip", "resnet"])
def test_synthesis_shapes(size, architecture):
    synthesis = Synthesis(**size, dlatent_size=20, num_channels=4, architecture=architecture)
    assert synthesis(tf.ones([2, 6, 20])).shape == (2, 16, 16, 4)
    assert (synthesis.num_layers, synthesis.noise_layers) == (6, 5)
    names = synthesis.variables_by_name
    assert ("8x8/ToRGB/weight" in names) == (architecture == "skip")
    assert ("8x8/Skip/weight" in names) == (architecture == "resnet")
    assert names["16x16/ToRGB/weight"].shape == (1, 1, 8, 4)


def test_one_image_and_many_are_computed_alike(size):
    synthesis = Synthesis(**size, dlatent_size=20, seed=1)
    w = np.random.RandomState(0).randn(3, 6, 20).astype(np.float32)
    together = synthesis(w).numpy()
    apart = np.concatenate([synthesis(w[i : i + 1]) for i in range(3)])
    np.testing.assert_allclose(apart, together, atol=1e-5 * np.abs(together).max())


def test_wrong_values_are_errors(size):
    with pytest.raises(InputError, match="architecture must be orig, skip or resnet, not 'dense'"):
        Synthesis(**size, architecture="dense")
    with pytest.raises(InputError, match="architecture 'orig' begins at resolution 8"):
        Synthesis(resolution=4, architecture="orig")
    with pytest.raises(InputError, match="unknown nonlinearity 'gelu'"):
        Synthesis(**size, nonlinearity="gelu")
    with pytest.raises(InputError, match="unknown nonlinearity 'gelu'"):
        Mapping(mapping_nonlinearity="gelu")
    with pytest.raises(InputError, match="noise must be a list of 5 arrays"):
        Synthesis(**size, dlatent_size=20)(tf.ones([1, 6, 20]), noise=[])
