"""Resampling of the first StyleGAN."""

import math

import pytest
import tensorflow as tf

from stylegan_tf import ops


def scaled(w, kwargs):
    std = kwargs["gain"] / math.sqrt(math.prod(w.shape[:-1]))
    return w * (std * kwargs.get("lrmul", 1.0))


FUNCTIONS = {
    "blur2d": lambda k, case, x: ops.blur2d(x, **k),
    "upscale2d": lambda k, case, x: ops.upscale2d(x, **k),
    "downscale2d": lambda k, case, x: ops.downscale2d(x, **k),
    "upscale2d_conv2d": lambda k, case, x, w: ops.upscale2d_conv2d(
        x, scaled(w, k), k["fused_scale"]
    ),
    "conv2d_downscale2d": lambda k, case, x, w: ops.conv2d_downscale2d(
        x, scaled(w, k), k["fused_scale"]
    ),
    # TensorFlow's own, with the scale of weights that the networks use.
    "conv2d": lambda k, case, x, w: tf.nn.conv2d(x, scaled(w, k), 1, "SAME"),
    "dense": lambda k, case, x, w: tf.matmul(x, scaled(w, k)),
}


@pytest.mark.parametrize("op", FUNCTIONS)
def test_golden(stylegan_golden, op):
    stylegan_golden.check(op, FUNCTIONS[op], at_least=1)


def test_every_golden_operation_is_tested(stylegan_golden):
    elsewhere = {"pixel_norm", "instance_norm", "minibatch_stddev_layer", "leaky_relu"}
    assert {case["op"] for case in stylegan_golden.content["cases"]} == {*FUNCTIONS, *elsewhere}


def test_the_fused_form_is_chosen_by_the_size():
    w = tf.reshape(tf.range(9, dtype=tf.float32), [3, 3, 1, 1])
    for side, fused in ((32, False), (64, True)):
        x = tf.random.stateless_normal([1, side, side, 1], seed=[1, 2])
        automatic, chosen, other = (
            ops.upscale2d_conv2d(x, w, how).numpy() for how in ("auto", fused, not fused)
        )
        assert (automatic == chosen).all()
        assert abs(automatic - other).max() > 1  # the kernel is mirrored
