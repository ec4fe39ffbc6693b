"""StyleGAN2-ADA's discriminator."""

import numpy as np
import pytest
import tensorflow as tf

from stylegan_tf.errors import InputError
from stylegan_tf.networks.stylegan2_ada_discriminator import Discriminator


@pytest.mark.parametrize("name", ["ada_tfc32", "ada_ptc32"])
def test_golden(golden, assert_close, name):
    nets, arrays = golden(name)
    assert isinstance(nets.D.network, Discriminator)
    labels = arrays.get("labels", arrays.get("c"))
    images = np.transpose(arrays["img"], [0, 2, 3, 1])
    scores = nets.D.network(images, labels=labels)
    assert_close(scores, arrays["d_score_img"][:, 0], 1e-4)


def test_labels_go_through_layers_of_their_own(size):
    network = Discriminator(**size, label_size=3, mapping_layers=2, mapping_fmaps=5, seed=1)
    shapes = {name: v.shape for name, v in network.variables_by_name.items()}
    assert shapes["LabelEmbed/weight"] == (3, 5)
    assert shapes["Mapping1/weight"] == (5, 5)
    assert shapes["Output/weight"] == (8, 5)


def test_only_the_first_layer_of_the_pytorch_networks_is_unclamped(size):
    images = tf.ones([1, 16, 16, 3]) * 100
    scores = [
        float(Discriminator(**size, architecture="skip", conv_clamp=1.0, seed=1, **more)(images)[0])
        for more in ({}, {"clamp_last_fromrgb": False})
    ]
    assert scores[0] != scores[1]


def test_experiments_of_the_official_code_are_refused(size):
    for more in ({"use_pagan": True}, {"use_spectral_norm": True}, {"score_max": 2}):
        with pytest.raises(InputError, match="use_spectral_norm or several scores is not support"):
            Discriminator(**size, **more)


def test_the_minibatch_statistics_can_be_left_out(size):
    shapes = [
        Discriminator(**size, mbstd_num_features=count).variables_by_name["4x4/Conv/weight"].shape
        for count in (2, 0)
    ]
    assert shapes == [(3, 3, 10, 8), (3, 3, 8, 8)]
