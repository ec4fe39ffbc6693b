import keras
import numpy as np
import pytest
import tensorflow as tf

from synthesis.baselines import space_time


@pytest.fixture
def native(monkeypatch):
    """Switches to Keras' own convolutions."""

    def switch():
        monkeypatch.setattr(space_time, "splits_convolutions", lambda: False)

    return switch


def values_and_gradients(layer, x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = layer(x)
        loss = tf.reduce_sum(y * tf.reshape(tf.range(tf.size(y), dtype=y.dtype), tf.shape(y)))
    return [y, *tape.gradient(loss, [x, *[w.value for w in layer.trainable_variables]])]


@pytest.mark.parametrize(
    ("kind", "shape", "options"),
    [
        ("Conv3D", (2, 7, 10, 10, 3), {"kernel_size": 4, "strides": (1, 2, 2)}),
        ("Conv3D", (2, 8, 8, 8, 3), {"kernel_size": 4, "strides": 2, "padding": "same"}),
        ("Conv3D", (2, 5, 6, 6, 3), {"kernel_size": 3, "padding": "same"}),
        ("Conv3D", (2, 2, 4, 4, 3), {"kernel_size": (2, 4, 4), "use_bias": False}),
        ("Conv3DTranspose", (2, 3, 4, 5, 3), {"kernel_size": 4, "strides": 2, "padding": "same"}),
        ("Conv3DTranspose", (2, 1, 1, 1, 3), {"kernel_size": (2, 4, 4), "use_bias": False}),
    ],
)
def test_split_convolutions_are_keras_own(float64, native, kind, shape, options):
    layer = getattr(space_time, kind)(5, **options)
    layer.build(shape)
    if layer.use_bias:
        layer.bias.assign(np.arange(5) / 10)
    x = tf.constant(np.random.default_rng(0).normal(size=shape))
    split = values_and_gradients(layer, x)
    native()
    for ours, keras_own in zip(split, values_and_gradients(layer, x), strict=True):
        np.testing.assert_allclose(ours, keras_own, rtol=1e-10, atol=1e-8)


def test_clips_of_open_length_and_number():
    layer = space_time.Conv3D(2, 4, strides=2, padding="same")
    model = keras.Sequential([keras.Input((None, 8, 8, 3)), layer])
    assert model.output_shape == (None, None, 4, 4, 2)
    assert model(tf.zeros([3, 12, 8, 8, 3])).shape == (3, 6, 4, 4, 2)
