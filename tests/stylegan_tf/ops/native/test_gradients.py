"""First and second derivatives of the native operations against the reference ones."""

import numpy as np
import pytest
import tensorflow as tf

from stylegan_tf import ops
from stylegan_tf.errors import InputError
from stylegan_tf.ops.native import library

TOLERANCE = 1e-6


def noise(seed, *shape):
    return tf.constant(np.random.default_rng(seed).normal(size=shape).astype(np.float32))


def derivatives(function, inputs, powers=3):
    """Result, gradients, and gradients of the gradients' length (as path length and R1 take)."""
    with tf.GradientTape() as outer:
        outer.watch(inputs)
        with tf.GradientTape() as inner:
            inner.watch(inputs)
            y = function(*inputs)
            loss = tf.reduce_sum(y**powers)
        first = inner.gradient(loss, inputs)
        length = tf.add_n([tf.reduce_sum(g**2) for g in first])
    second = outer.gradient(length, inputs)
    return [y, *first, *second]


def assert_same(function, inputs, tolerance=TOLERANCE, powers=3):
    ours = derivatives(lambda *x: function(*x, impl="native"), inputs, powers)
    theirs = derivatives(lambda *x: function(*x, impl="ref"), inputs, powers)
    for value, reference in zip(ours, theirs, strict=True):
        scale = np.abs(reference).max()
        assert np.abs(value - reference).max() <= tolerance * scale


@pytest.mark.parametrize("layout", ["NHWC", "NCHW"])
@pytest.mark.parametrize(
    "options",
    [
        {"upx": 2, "upy": 2, "padx0": 2, "padx1": 1, "pady0": 2, "pady1": 1},
        {"downx": 2, "downy": 3, "padx0": 1, "padx1": 2, "pady0": 3, "pady1": -1},
        {"upx": 3, "downx": 2, "padx0": -1, "padx1": 4, "pady1": 2},
        {"padx0": 5, "padx1": 5, "pady0": 5, "pady1": 5},
    ],
)
@pytest.mark.parametrize("channels", [1, 3, 37])
def test_upfirdn(native, options, layout, channels):
    kernel = np.random.default_rng(1).normal(size=[4, 3]).astype(np.float32)
    shape = (2, 9, 70, channels) if layout == "NHWC" else (2, channels, 9, 70)

    def function(x, impl):
        return ops.upfirdn_2d(x, kernel, **options, data_format=layout, impl=impl)

    assert_same(function, [noise(2, *shape)], tolerance=3 * TOLERANCE)


@pytest.mark.parametrize("axis", [-1, 1])
@pytest.mark.parametrize("act", ops.ACTIVATIONS)
def test_bias_act(native, act, axis):
    def function(x, b, impl):
        return ops.fused_bias_act(x, b, act, alpha=0.3, gain=1.7, axis=axis, impl=impl)

    # float32 on both sides: exponentials and sums over 100 pixels round differently.
    assert_same(function, [noise(3, 3, 5, 7, 5), noise(4, 5)], tolerance=1e-5, powers=2)


@pytest.mark.parametrize("gain", [-1.5, 0.0])
def test_a_gain_that_turns_the_sign(native, gain):
    def function(x, b, impl):
        return ops.fused_bias_act(x, b, "lrelu", gain=gain, impl=impl)

    assert_same(function, [noise(5, 4, 9), noise(6, 9)])


def test_a_third_derivative_is_refused(native):
    x = tf.constant([0.3, -0.4])
    with tf.GradientTape() as third, tf.GradientTape() as second, tf.GradientTape() as first:
        for tape in (first, second, third):
            tape.watch(x)
        y = ops.fused_bias_act(x, act="tanh", impl="native")
        dy = first.gradient(y, x)
        ddy = second.gradient(dy, x)
    with pytest.raises(NotImplementedError, match="the native tanh has no third derivative"):
        third.gradient(ddy, x)


def test_sizes_that_are_known_only_when_run(native):
    kernel = np.ones([4, 4], np.float32)

    @tf.function(input_signature=[tf.TensorSpec([None, None, None, 3])], autograph=False)
    def gradient(x):
        y = ops.upsample_2d(x, kernel, impl="native")
        return tf.gradients(tf.reduce_sum(y**2), x)[0]

    x = noise(7, 2, 5, 6, 3)
    with tf.GradientTape() as tape:
        tape.watch(x)
        loss = tf.reduce_sum(ops.upsample_2d(x, kernel, impl="ref") ** 2)
    wanted = tape.gradient(loss, x)
    assert np.abs(gradient(x) - wanted).max() <= 1e-6 * np.abs(wanted).max()


@pytest.mark.parametrize(("dtype", "rounding"), [("float16", 2**-11), ("bfloat16", 2**-8)])
def test_half_precisions_are_rounded_once(native, dtype, rounding):
    """Sums are float32: the result is the float32 result of the same input, rounded."""
    x = tf.cast(noise(8, 2, 12, 13, 21), dtype)
    bias = tf.cast(noise(9, 21), dtype)
    exact = [tf.cast(x, tf.float32), tf.cast(bias, tf.float32)]
    pairs = [
        (
            ops.upsample_2d(x, [1, 3, 3, 1], impl="native"),
            ops.upsample_2d(exact[0], [1, 3, 3, 1], impl="ref"),
        ),
        (
            ops.fused_bias_act(x, bias, "lrelu", impl="native"),
            ops.fused_bias_act(*exact, "lrelu", impl="ref"),
        ),
        (
            ops.fused_bias_act(x, bias, "swish", impl="native"),
            ops.fused_bias_act(*exact, "swish", impl="ref"),
        ),
    ]
    for value, wanted in pairs:
        assert value.dtype == dtype
        error = np.abs(tf.cast(value, tf.float32) - wanted)
        assert np.all(error <= rounding * np.abs(wanted) + 1e-6)


@pytest.mark.parametrize("act", ["linear", "relu", "lrelu"])
@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("has_scale", [False, True])
def test_layer_end(native, act, count, has_scale):
    spec = ops.ACTIVATIONS[act]
    x, bias, pixels = noise(10, 3, 6, 5, 37), noise(11, 37), noise(12, count, 6, 5, 1)
    scale = noise(13, 3, 37)

    def function(x, bias, pixels, scale, impl):
        own = scale if has_scale else None
        if impl == "native":
            options = {"act": act, "alpha": spec.alpha, "gain": spec.gain}
            y = library.layer_end(x, own, pixels, bias, **options)
        else:
            y = x if own is None else x * own[:, tf.newaxis, tf.newaxis]
            y = ops.fused_bias_act(y + (pixels + bias), None, act, impl="ref")
        return y if has_scale else y * scale[:, tf.newaxis, tf.newaxis]

    assert_same(function, [x, bias, pixels, scale], tolerance=2e-6, powers=2)


def test_without_noise(native):
    x, bias = noise(14, 1, 2, 3, 4), noise(15, 4)
    y = library.layer_end(x, None, None, bias, act="lrelu", alpha=0.2, gain=2.0)
    wanted = ops.fused_bias_act(x, bias, "lrelu", gain=2.0, impl="ref")
    assert np.abs(y - wanted).max() < 1e-6


def test_what_the_layer_end_is_not_for(native):
    with pytest.raises(InputError, match="for linear, relu and lrelu"):
        library.layer_end(
            noise(1, 1, 1, 1, 1), None, None, noise(1, 1), act="tanh", alpha=0.0, gain=1.0
        )


def test_an_image_smaller_than_the_kernel(native):
    with pytest.raises(tf.errors.InvalidArgumentError, match="smaller than the kernel"):
        ops.upfirdn_2d(noise(1, 1, 2, 2, 3), np.ones([3, 3]), impl="native")


def test_a_bias_of_another_length(native):
    with pytest.raises(tf.errors.InvalidArgumentError, match="the bias has 2 numbers, the axis"):
        ops.fused_bias_act(tf.zeros([1, 3]), tf.zeros([2]), impl="native")
