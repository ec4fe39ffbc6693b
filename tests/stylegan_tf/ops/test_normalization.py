"""Normalisations and statistics."""

import numpy as np
import pytest
import tensorflow as tf

from stylegan_tf import ops


def test_pixel_norm(stylegan_golden):
    stylegan_golden.check("pixel_norm", lambda k, case, x: ops.pixel_norm(x, **k), at_least=1)


def test_instance_norm(stylegan_golden):
    stylegan_golden.check("instance_norm", lambda k, case, x: ops.instance_norm(x, **k), at_least=1)


def test_minibatch_stddev(stylegan_golden):
    stylegan_golden.check(
        "minibatch_stddev_layer",
        lambda k, case, x: ops.minibatch_stddev(x, k["group_size"], k["num_new_features"]),
        at_least=1,
    )


def test_a_batch_that_does_not_split_into_groups_is_refused():
    with pytest.raises(tf.errors.InvalidArgumentError, match="must be a multiple of the group"):
        ops.minibatch_stddev(tf.zeros([6, 2, 2, 4]), group_size=4)


def test_flatten_puts_channels_first():
    x = np.arange(12).reshape(1, 2, 3, 2)
    y = ops.flatten(tf.constant(x)).numpy()
    assert y.tolist() == [[0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11]]
