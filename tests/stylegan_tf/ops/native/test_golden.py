"""Every golden case of the custom ops, for both implementations and both layouts."""

import numpy as np
import pytest
import tensorflow as tf

from stylegan_tf import ops

TOLERANCE = 1e-6  # of the largest number
RESAMPLING = ("downsample_2d", "filter_2d", "upfirdn_2d", "upsample_2d")
CONVOLUTIONS = ("conv_downsample_2d", "upsample_conv_2d")


def relative_error(value, golden):
    value = np.asarray(value, np.float64)
    assert value.shape == golden.shape
    return np.abs(value - golden).max() / max(np.abs(golden).max(), 1e-30)


def to_layout(array, layout, channels_first):
    """A golden array, channels first or (for the bare upfirdn_2d) last, in the layout."""
    if array.ndim != 4 or channels_first == (layout == "NCHW"):
        return array
    return np.transpose(array, [0, 2, 3, 1] if channels_first else [0, 3, 1, 2])


def errors(golden, op, layout, impl):
    """Relative errors of result and gradients, by case."""
    found = {}
    for case in golden.content["cases"]:
        if case["op"] != op:
            continue
        name = case["id"]
        kwargs = {k: v for k, v in case["kwargs"].items() if k != "data_format"}
        first = case["kwargs"].get("data_format") != "NHWC" and op != "upfirdn_2d"
        if op in RESAMPLING:
            kwargs["data_format"] = layout
        elif op == "fused_bias_act" and len(case["y_shape"]) == 4 and layout == "NHWC":
            kwargs["axis"] = {1: 3, 0: 0, 2: 1, 3: 2}[kwargs["axis"]]
        inputs = {
            key: tf.constant(
                to_layout(golden.arrays[f"{name}.{key}"], layout, first)
                if key == "x"
                else golden.arrays[f"{name}.{key}"]
            )
            for key in case["inputs"]
        }
        with tf.GradientTape() as tape:
            tape.watch(list(inputs.values()))
            y = getattr(ops, op)(**inputs, **kwargs, impl=impl)
        found[name] = relative_error(y, to_layout(golden.arrays[f"{name}.y"], layout, first))
        if case.get("grad"):
            dy = tf.constant(to_layout(golden.arrays[f"{name}.dy"], layout, first))
            gradients = tape.gradient(y, inputs, output_gradients=dy)
            for key in case["grad"]:
                wanted = golden.arrays[f"{name}.{key}"]
                wanted = to_layout(wanted, layout, first) if key == "dx" else wanted
                found[f"{name} {key}"] = relative_error(gradients[key[1:]], wanted)
    assert found
    return found


@pytest.mark.parametrize("impl", ["ref", "native"])
@pytest.mark.parametrize("layout", ["NHWC", "NCHW"])
@pytest.mark.parametrize("op", [*RESAMPLING, "fused_bias_act"])
def test_golden(native, stylegan2_golden, op, layout, impl):
    found = errors(stylegan2_golden, op, layout, impl)
    assert {name: error for name, error in found.items() if not error <= TOLERANCE} == {}


@pytest.mark.parametrize("impl", ["ref", "native"])
@pytest.mark.parametrize("op", CONVOLUTIONS)
def test_golden_convolutions(native, stylegan2_golden, op, impl):
    found = errors(stylegan2_golden, op, "NHWC", impl)
    assert {name: error for name, error in found.items() if not error <= TOLERANCE} == {}
