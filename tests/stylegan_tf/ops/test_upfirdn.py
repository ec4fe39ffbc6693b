"""Upsampling, filtering and downsampling in one step."""

import numpy as np
import pytest
import tensorflow as tf

from stylegan_tf import ops
from stylegan_tf.errors import InputError

OPERATIONS = (
    "conv_downsample_2d",
    "downsample_2d",
    "filter_2d",
    "upfirdn_2d",
    "upsample_2d",
    "upsample_conv_2d",
)


@pytest.mark.parametrize("op", OPERATIONS)
def test_golden(stylegan2_golden, op):
    stylegan2_golden.check(
        op, lambda kwargs, case, **inputs: getattr(ops, op)(**inputs, **kwargs), at_least=5
    )


def test_every_golden_operation_is_tested(stylegan2_golden):
    golden = {case["op"] for case in stylegan2_golden.content["cases"]}
    assert golden == {*OPERATIONS, "fused_bias_act"}


@pytest.mark.parametrize("kernel", [[], [1, -1], np.zeros([2, 2, 2])])
def test_a_bad_kernel_is_refused(kernel):
    with pytest.raises(InputError, match="a resampling kernel is a list of numbers or a matrix"):
        ops.setup_kernel(kernel)


def test_setup_kernel_makes_a_matrix_of_the_sum_gain():
    kernel = ops.setup_kernel([1, 3, 3, 1], gain=4)
    assert kernel.shape == (4, 4)
    assert kernel.dtype == np.float32
    assert kernel.sum() == pytest.approx(4)
    assert kernel[1, 2] == pytest.approx(4 * 9 / 64)


def test_sizes():
    x = tf.zeros([2, 6, 4, 3])
    y = ops.upfirdn_2d(x, np.ones([3, 3]), upx=2, downy=2, padx0=1, pady1=-1)
    assert y.shape == (2, 2, 7, 3)
    assert ops.upsample_2d(x, [1, 3, 3, 1]).shape == (2, 12, 8, 3)
    assert ops.downsample_2d(x, [1, 3, 3, 1]).shape == (2, 3, 2, 3)
    assert ops.filter_2d(x, [1, 2, 1]).shape == x.shape
