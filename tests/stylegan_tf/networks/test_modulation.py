"""Weight modulation and demodulation."""

import numpy as np
import pytest
import tensorflow as tf

from stylegan_tf.networks.modulation import modulated_conv_2d


def reference(x, weight, style, demodulate):
    """Equations 1 to 3 of the paper as they stand: each sample's weights, then a convolution."""
    weight = weight / np.sqrt(np.prod(weight.shape[:3]))
    results = []
    for image, scale in zip(x, style, strict=True):
        own = weight * scale[:, np.newaxis]
        if demodulate:
            own = own / np.sqrt(np.sum(own**2, axis=(0, 1, 2)) + 1e-8)
        results.append(tf.nn.conv2d(image[np.newaxis], own, 1, "SAME"))
    return np.concatenate(results)


@pytest.mark.parametrize("demodulate", [True, False])
@pytest.mark.parametrize("side", [1, 3])
@pytest.mark.parametrize("count", [1, 3])
def test_equals_the_paper(count, side, demodulate):
    random = np.random.RandomState(0)
    x, weight, style = (
        random.standard_normal(shape).astype(np.float32)
        for shape in ([count, 5, 5, 4], [side, side, 4, 6], [count, 4])
    )
    inputs = map(tf.constant, (x, weight, style))
    y = modulated_conv_2d(*inputs, demodulate=demodulate)
    np.testing.assert_allclose(y, reference(x, weight, style, demodulate), atol=2e-6)


def test_upsampling_doubles_the_size():
    x, weight, style = tf.ones([2, 4, 4, 3]), tf.ones([3, 3, 3, 5]), tf.ones([2, 3])
    y = modulated_conv_2d(x, weight, style, up=True, up_kernel=(1, 3, 3, 1))
    assert y.shape == (2, 8, 8, 5)


def test_gain_is_a_factor():
    arguments = tf.ones([2, 4, 4, 3]), tf.ones([3, 3, 3, 5]), tf.ones([2, 3])
    for demodulate in (True, False):
        once, twice = (
            modulated_conv_2d(*arguments, gain=gain, demodulate=demodulate) for gain in (1.0, 2.0)
        )
        np.testing.assert_allclose(twice, 2 * once, rtol=1e-5)
