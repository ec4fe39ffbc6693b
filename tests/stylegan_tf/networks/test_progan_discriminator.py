"""Progressive GAN's discriminator."""

import numpy as np
import pytest
import tensorflow as tf

from stylegan_tf.errors import InputError
from stylegan_tf.networks.progan_discriminator import Discriminator


def test_golden(golden, assert_close):
    nets, arrays = golden("progan_64")
    assert isinstance(nets.D.network, Discriminator)
    images = np.transpose(arrays["img"], [0, 2, 3, 1])
    assert_close(nets.D.network(images), arrays["d_score_img"], 1e-4)


@pytest.mark.parametrize("labels", [0, 4])
@pytest.mark.parametrize("fused", [True, False])
def test_scores_and_labels(size, labels, fused):
    network = Discriminator(**size, label_size=labels, fused_scale=fused, seed=1)
    assert network(tf.ones([3, 16, 16, 1])).shape == (3, 1 + labels)
    down = "Conv1_down" if fused else "Conv1"
    assert network.variables_by_name[f"8x8/{down}/weight"].shape == (3, 3, 8, 8)


def test_the_minibatch_statistics_are_one_channel(size):
    shapes = [
        Discriminator(**size, mbstd_group_size=group).variables_by_name["4x4/Conv/weight"].shape
        for group in (4, 0)
    ]
    assert shapes == [(3, 3, 9, 8), (3, 3, 8, 8)]


def test_wrong_values_are_errors(size):
    with pytest.raises(InputError, match="structure must be one of None, linear, recursive, not"):
        Discriminator(**size, structure="auto")
