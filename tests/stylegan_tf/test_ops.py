"""The operations against golden results and gradients of NVIDIA's reference code."""

import json
import math
import pathlib

import numpy as np
import pytest
import tensorflow as tf

from stylegan_tf import ops
from stylegan_tf.errors import InputError
from stylegan_tf.networks.stylegan import activate
from stylegan_tf.parity import load_arrays

DATA = pathlib.Path(__file__).parents[1] / "data" / "ops"
TOLERANCE = 1e-5


def load(name):
    with open(DATA / f"{name}.json") as file:
        content = json.load(file)
    return content, load_arrays(DATA / f"{name}.npz.xz")


OPS, OPS_ARRAYS = load("ops")
OPS_SG1, OPS_SG1_ARRAYS = load("ops_sg1")


def last(x):
    return np.transpose(x, [0, 2, 3, 1]) if x.ndim == 4 else x


def first(x):
    return np.transpose(x, [0, 3, 1, 2]) if x.ndim == 4 else x


def assert_close(value, golden, what):
    value = np.asarray(value)
    assert value.shape == golden.shape, what
    scale = max(np.abs(golden).max(), 1e-30)
    assert np.abs(value - golden).max() / scale < TOLERANCE, what


def check(case, arrays, function):
    """Compares the result, and the gradients for the incoming `dy`, of one golden case."""
    name = case["id"]
    # The bare upfirdn_2d has its filtered axes in the middle already.
    channels_first = case["kwargs"].get("data_format") != "NHWC" and case["op"] != "upfirdn_2d"
    to_ours, to_golden = (last, first) if channels_first else (np.asarray, np.asarray)
    inputs = {key: arrays[f"{name}.{key}"] for key in case["inputs"]}
    tensors = {
        key: tf.constant(to_ours(value) if key == "x" else value) for key, value in inputs.items()
    }
    with tf.GradientTape() as tape:
        tape.watch(list(tensors.values()))
        y = function(**tensors)
    assert_close(to_golden(y.numpy()), arrays[f"{name}.y"], name)
    wanted = [key for key in case.get("grad", []) if f"{name}.{key}" in arrays]
    assert len(wanted) == len(case.get("grad", []))
    if wanted:
        incoming = tf.constant(to_ours(arrays[f"{name}.dy"]))
        gradients = tape.gradient(y, tensors, output_gradients=incoming)
        for key in wanted:
            value = gradients[key[1:]].numpy()
            value = to_golden(value) if key == "dx" else value
            assert_close(value, arrays[f"{name}.{key}"], f"{name} {key}")


@pytest.mark.parametrize(
    "op",
    sorted({case["op"] for case in OPS["cases"]}),
)
def test_stylegan2_operation(op):
    cases = [case for case in OPS["cases"] if case["op"] == op]
    assert len(cases) >= 5
    for case in cases:
        kwargs = {key: value for key, value in case["kwargs"].items() if key != "data_format"}
        if op == "fused_bias_act":
            rank = len(case["y_shape"])
            kwargs["axis"] = (
                {1: -1, 0: 0, 2: 1, 3: 2}[kwargs["axis"]] if rank == 4 else kwargs["axis"]
            )
        check(case, OPS_ARRAYS, lambda op=op, kwargs=kwargs, **x: getattr(ops, op)(**x, **kwargs))


def test_activation_defaults():
    for name, golden in OPS["activation_defaults"].items():
        assert ops.ACTIVATIONS[name].gain == pytest.approx(golden["def_gain"])
        assert ops.ACTIVATIONS[name].alpha == (golden["def_alpha"] or 0)
    assert set(ops.ACTIVATIONS) == set(OPS["activation_defaults"])


def scaled(w, kwargs):
    std = kwargs["gain"] / math.sqrt(math.prod(w.shape[:-1]))
    return w * (std * kwargs.get("lrmul", 1.0))


SG1_FUNCTIONS = {
    "blur2d": lambda k, x: ops.blur2d(x, **k),
    "upscale2d": lambda k, x: ops.upscale2d(x, **k),
    "downscale2d": lambda k, x: ops.downscale2d(x, **k),
    "upscale2d_conv2d": lambda k, x, w: ops.upscale2d_conv2d(x, scaled(w, k), k["fused_scale"]),
    "conv2d_downscale2d": lambda k, x, w: ops.conv2d_downscale2d(x, scaled(w, k), k["fused_scale"]),
    "conv2d": lambda k, x, w: tf.nn.conv2d(x, scaled(w, k), 1, "SAME"),
    "dense": lambda k, x, w: tf.matmul(x, scaled(w, k)),
    "leaky_relu": lambda k, x: activate(x, "lrelu"),
    "pixel_norm": lambda k, x: ops.pixel_norm(x, **k),
    "instance_norm": lambda k, x: ops.instance_norm(x, **k),
    "minibatch_stddev_layer": lambda k, x: ops.minibatch_stddev(
        x, k["group_size"], k["num_new_features"]
    ),
}


@pytest.mark.parametrize("op", sorted({case["op"] for case in OPS_SG1["cases"]}))
def test_stylegan_operation(op):
    for case in OPS_SG1["cases"]:
        if case["op"] == op:
            function = SG1_FUNCTIONS[op]
            check(
                case,
                OPS_SG1_ARRAYS,
                lambda function=function, kwargs=case["kwargs"], **x: function(kwargs, **x),
            )


def test_unknown_activation_is_refused():
    with pytest.raises(InputError, match="unknown nonlinearity 'gelu'; known are linear, relu"):
        ops.fused_bias_act(tf.zeros([1, 2]), act="gelu")


def test_a_bias_matrix_is_refused():
    with pytest.raises(InputError, match="a bias has one dimension, not 2"):
        ops.fused_bias_act(tf.zeros([1, 2]), tf.zeros([2, 2]))


@pytest.mark.parametrize("kernel", [[], [1, -1], np.zeros([2, 2, 2])])
def test_a_bad_kernel_is_refused(kernel):
    with pytest.raises(InputError, match="a resampling kernel is a list of numbers or a matrix"):
        ops.setup_kernel(kernel)
