"""StyleGAN2-ADA's mapping and synthesis networks."""

import numpy as np
import pytest
import tensorflow as tf

from stylegan_tf.networks.stylegan2_ada import Mapping, Synthesis


@pytest.mark.parametrize("name", ["ada_tfc32", "ada_ptc32"])
def test_golden(golden, assert_close, name):
    nets, arrays = golden(name)
    mapping, synthesis = nets.Gs.mapping, nets.Gs.synthesis
    labels = arrays.get("labels", arrays.get("c"))
    assert isinstance(mapping, Mapping)
    assert isinstance(synthesis, Synthesis)
    assert_close(mapping(arrays["z"], labels=labels), arrays["w"], 1e-5)
    assert_close(synthesis(arrays["w"]), arrays["img"], 1e-5)


def test_labels_are_embedded_beside_z():
    mapping = Mapping(latent_size=12, label_size=3, mapping_layers=2, label_fmaps=5, seed=1)
    variables = mapping.variables_by_name
    assert variables["LabelEmbed/weight"].shape == (3, 5)
    assert variables["Dense0/weight"].shape == (17, 512)
    z, labels = tf.ones([1, 12]), tf.constant([[0.0, 2.0, 0.0]])
    # Normalised: their length does not matter, only their direction.
    np.testing.assert_allclose(mapping(z, labels=labels), mapping(z, labels=3 * labels), atol=1e-4)


def test_the_constant_has_a_width_of_its_own(size):
    shapes = [
        Synthesis(**size, dlatent_size=8, fmap_const=width).variables_by_name["4x4/Const/const"]
        for width in (None, 5)
    ]
    assert [variable.shape for variable in shapes] == [(1, 8, 4, 4), (1, 5, 4, 4)]


def test_clamping_bounds_the_image(size):
    w = tf.constant(np.random.RandomState(0).randn(1, 6, 8) * 50, tf.float32)
    free, clamped = (
        np.abs(Synthesis(**size, dlatent_size=8, conv_clamp=limit, seed=1)(w)).max()
        for limit in (None, 0.1)
    )
    # Three toRGB layers, each within the limit; upsampling adds nothing beyond.
    assert clamped <= 0.3 + 1e-6
    assert free > 1


def test_without_noise_there_are_no_buffers(size):
    names = Synthesis(**size, dlatent_size=8, use_noise=False).variables_by_name
    assert not any("noise" in name for name in names)
