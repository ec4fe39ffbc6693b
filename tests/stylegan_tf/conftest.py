"""Golden results and gradients of NVIDIA's reference code, and the comparison with them."""

import json
import pathlib

import numpy as np
import pytest
import tensorflow as tf

from stylegan_tf.files.arrays import read_arrays

DATA = pathlib.Path(__file__).parents[1] / "data" / "ops"
TOLERANCE = 1e-5


class Golden:
    """The golden cases of one of NVIDIA's repositories."""

    def __init__(self, name):
        with open(DATA / f"{name}.json") as file:
            self.content = json.load(file)
        self.arrays = read_arrays(DATA / f"{name}.npz.xz")

    def check(self, op, function, at_least):
        """Compares `function(kwargs, case, **inputs)` with every case of `op`."""
        cases = [case for case in self.content["cases"] if case["op"] == op]
        assert len(cases) >= at_least, op
        for case in cases:
            kwargs = {key: value for key, value in case["kwargs"].items() if key != "data_format"}
            check(
                case,
                self.arrays,
                lambda case=case, kwargs=kwargs, **inputs: function(kwargs, case, **inputs),
            )


@pytest.fixture(scope="session")
def stylegan2_golden():
    return Golden("ops")


@pytest.fixture(scope="session")
def stylegan_golden():
    return Golden("ops_sg1")


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
