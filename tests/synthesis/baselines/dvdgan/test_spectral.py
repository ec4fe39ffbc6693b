import numpy as np
import pytest
import tensorflow as tf

from synthesis.baselines.dvdgan.spectral import SpectralConv2D, SpectralConv3D, SpectralDense


def norm_of(kernel):
    matrix = np.asarray(kernel)
    return np.linalg.norm(matrix.reshape(-1, matrix.shape[-1]), 2)


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (SpectralDense(5), (2, 7)),
        (SpectralConv2D(5, 3), (2, 4, 4, 6)),
        (SpectralConv3D(5, 3), (2, 4, 4, 4, 3)),
    ],
)
def test_kernels_come_to_norm_1(layer, shape):
    layer.build(shape)
    random = np.random.default_rng(0)
    layer.kernel.assign(3 * random.normal(size=layer.kernel.shape))
    for _ in range(50):  # power iteration, one step a call
        layer(tf.zeros(shape), training=True)
    assert norm_of(layer.normalized_kernel(training=False)) == pytest.approx(1, abs=1e-3)
    np.testing.assert_allclose(
        layer.normalized_kernel(False) * norm_of(layer.kernel), layer.kernel, rtol=1e-2
    )


def test_inference_does_not_move_u():
    layer = SpectralDense(3)
    layer.build((None, 4))
    before = layer.u.numpy()
    layer(tf.ones([1, 4]))
    np.testing.assert_array_equal(layer.u, before)
    layer(tf.ones([1, 4]), training=True)
    assert (layer.u.numpy() != before).any()


def test_the_norm_has_a_gradient():
    # A kernel cannot get a smaller loss by growing: the gradient is orthogonal to it.
    layer = SpectralDense(1, use_bias=False)
    layer.build((None, 4))
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(layer(tf.constant([[1.0, 2.0, -1.0, 0.5]]), training=True))
    gradient = tape.gradient(loss, layer.kernel.value)
    assert np.abs(gradient).max() > 1e-3
    assert float(tf.reduce_sum(gradient * layer.kernel)) == pytest.approx(0, abs=1e-5)
