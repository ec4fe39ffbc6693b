"""Progressive GAN's generator."""

import numpy as np
import pytest
import tensorflow as tf

from stylegan_tf.errors import InputError
from stylegan_tf.networks.progan import Generator


def test_golden(golden, assert_close):
    nets, arrays = golden("progan_64")
    assert isinstance(nets.Gs.network, Generator)
    assert_close(nets.Gs.network(arrays["z"]), arrays["img"], 1e-5)


@pytest.mark.parametrize(
    ("options", "inputs", "channels"),
    [
        ({}, 8, 1),
        ({"latent_size": 5, "label_size": 2}, 5, 1),
        ({"num_channels": 3, "fused_scale": False}, 8, 3),
    ],
)
def test_shapes(size, options, inputs, channels):
    network = Generator(**size, **options, seed=1)
    labels = tf.ones([2, 2]) if "label_size" in options else None
    images = network(tf.ones([2, inputs]), labels=labels)
    assert images.shape == (2, 16, 16, channels)
    assert (network.latent_size, network.image_shape) == (inputs, (16, 16, channels))
    up = "Conv0" if options.get("fused_scale") is False else "Conv0_up"
    assert network.variables_by_name[f"8x8/{up}/weight"].shape == (3, 3, 8, 8)
    assert network.variables_by_name["4x4/Dense/weight"].shape[0] == inputs + 2 * bool(
        options.get("label_size")
    )


def test_latents_are_normalized(size):
    z = tf.constant(np.random.RandomState(0).randn(2, 8), tf.float32)
    network, plain = (
        Generator(**size, seed=1, use_pixelnorm=False, normalize_latents=normalize)
        for normalize in (True, False)
    )
    np.testing.assert_allclose(network(z), network(3 * z), atol=1e-5)
    assert np.abs(plain(z) - plain(3 * z)).max() > 1e-3


def test_wrong_values_are_errors(size):
    with pytest.raises(InputError, match="structure must be one of None, linear, recursive, not"):
        Generator(**size, structure="fixed")
    with pytest.raises(InputError, match="resolution must be a power of 2 and at least 4, not 12"):
        Generator(resolution=12)
