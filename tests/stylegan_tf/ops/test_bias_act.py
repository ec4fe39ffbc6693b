"""Bias, nonlinearity and gain, and the dense layer."""

import pytest
import tensorflow as tf

from stylegan_tf import ops
from stylegan_tf.errors import InputError
from stylegan_tf.ops.bias_act import activation


def test_fused_bias_act(stylegan2_golden):
    def function(kwargs, case, **inputs):
        if len(case["y_shape"]) == 4:  # the golden axes are channels first
            kwargs = {**kwargs, "axis": {1: -1, 0: 0, 2: 1, 3: 2}[kwargs["axis"]]}
        return ops.fused_bias_act(**inputs, **kwargs)

    stylegan2_golden.check("fused_bias_act", function, at_least=5)


def test_activation_defaults(stylegan2_golden):
    defaults = stylegan2_golden.content["activation_defaults"]
    for name, golden in defaults.items():
        assert ops.ACTIVATIONS[name].gain == pytest.approx(golden["def_gain"])
        assert ops.ACTIVATIONS[name].alpha == (golden["def_alpha"] or 0)
    assert set(ops.ACTIVATIONS) == set(defaults)


def test_unknown_activation_is_refused():
    with pytest.raises(InputError, match="unknown nonlinearity 'gelu'; known are linear, relu"):
        ops.fused_bias_act(tf.zeros([1, 2]), act="gelu")
    with pytest.raises(InputError, match="unknown nonlinearity 'gelu'"):
        activation("gelu")


def test_a_bias_matrix_is_refused():
    with pytest.raises(InputError, match="a bias has one dimension, not 2"):
        ops.fused_bias_act(tf.zeros([1, 2]), tf.zeros([2, 2]))


def test_dense_scales_its_weight_by_the_fan_in_and_both_by_the_learning_rate():
    x, weight, bias = tf.ones([1, 4]), tf.ones([4, 3]), tf.constant([0.0, 1.0, -9.0])
    # 4 · 1 / sqrt(4) = 2; the gain of lrelu is sqrt(2).
    y = ops.dense(x, weight, bias, "linear")
    assert y.numpy().tolist() == [[2.0, 3.0, -7.0]]
    y = ops.dense(x, weight, bias, "linear", lrmul=0.5)
    assert y.numpy().tolist() == [[1.0, 1.5, -3.5]]
    y = ops.dense(x, weight, bias, "lrelu")
    assert y.numpy()[0] == pytest.approx([2 * 2**0.5, 3 * 2**0.5, -7 * 0.2 * 2**0.5])
