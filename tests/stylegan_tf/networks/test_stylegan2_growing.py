"""StyleGAN2's synthesis network with progressive growing."""

import numpy as np
import pytest
import tensorflow as tf

from stylegan_tf.errors import InputError
from stylegan_tf.networks.stylegan2_growing import Synthesis


def test_golden(golden, assert_close):
    nets, arrays = golden("sg2_revised32")
    synthesis = nets.Gs.synthesis
    assert isinstance(synthesis, Synthesis)
    assert_close(synthesis(arrays["w"]), arrays["img"], 1e-5)
    synthesis.lod = 1.25
    grown = synthesis(arrays["w"][:1])
    synthesis.lod = 0.0
    assert_close(grown, arrays["img_lod1.25"], 1e-5)


@pytest.mark.parametrize("structure", ["auto", "linear", "recursive", "fixed"])
def test_shapes(size, structure):
    synthesis = Synthesis(**size, dlatent_size=20, num_channels=4, structure=structure)
    assert synthesis(tf.ones([2, 6, 20])).shape == (2, 16, 16, 4)
    assert (synthesis.num_layers, synthesis.noise_layers) == (6, 5)
    assert ("ToRGB_lod1/weight" in synthesis.variables_by_name) == (structure != "fixed")


def test_a_level_of_detail_halves_the_resolution(size):
    synthesis = Synthesis(**size, dlatent_size=20, seed=1)
    w = np.random.RandomState(0).randn(1, 6, 20).astype(np.float32)
    synthesis.lod = 1.0
    images = synthesis(w).numpy()
    np.testing.assert_array_equal(images[:, ::2, ::2], images[:, 1::2, 1::2])


def test_wrong_values_are_errors(size):
    with pytest.raises(InputError, match="structure must be one of auto, fixed, linear, recursive"):
        Synthesis(**size, structure="tree")
    with pytest.raises(InputError, match="unknown nonlinearity 'gelu'"):
        Synthesis(**size, nonlinearity="gelu")
