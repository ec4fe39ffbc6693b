"""StyleGAN2's discriminator with progressive growing."""

import numpy as np
import pytest
import tensorflow as tf

from stylegan_tf.errors import InputError
from stylegan_tf.networks.stylegan2_growing_discriminator import Discriminator


@pytest.mark.parametrize("name", ["sg2_revised32"])
def test_golden(golden, assert_close, name):
    nets, arrays = golden(name)
    assert isinstance(nets.D.network, Discriminator)
    images = np.transpose(arrays["img"], [0, 2, 3, 1])
    scores = nets.D.network(images, labels=arrays.get("labels"))
    assert_close(scores, arrays["d_score_img"][:, 0], 1e-4)


def test_shapes(size):
    network = Discriminator(**size, num_channels=4, seed=1)
    assert network(tf.ones([3, 16, 16, 4])).shape == (3,)
    assert network.image_shape == (16, 16, 4)


def test_labels_choose_the_output(size):
    network = Discriminator(**size, num_channels=3, label_size=2, seed=1)
    images = tf.ones([1, 16, 16, 3])
    first, second, both = (
        float(network(images, labels=tf.constant([labels]))[0])
        for labels in ([1.0, 0.0], [0.0, 1.0], [1.0, 1.0])
    )
    assert both == pytest.approx(first + second, rel=1e-5)
    assert first != pytest.approx(second, rel=1e-3)


def test_the_minibatch_statistics_add_channels(size):
    shapes = [
        Discriminator(**size, mbstd_group_size=group, mbstd_num_features=2)
        .variables_by_name["4x4/Conv/weight"]
        .shape
        for group in (4, 0)
    ]
    assert shapes == [(3, 3, 10, 8), (3, 3, 8, 8)]


@pytest.mark.parametrize("structure", ["linear", "fixed"])
def test_only_a_growing_network_reads_every_resolution(size, structure):
    names = Discriminator(**size, structure=structure).variables_by_name
    assert "FromRGB_lod0/weight" in names
    assert ("FromRGB_lod1/weight" in names) == (structure == "linear")


def test_wrong_values_are_errors(size):
    with pytest.raises(InputError, match="structure must be one of auto, fixed, linear, recursive"):
        Discriminator(**size, structure="tree")
    with pytest.raises(InputError, match="unknown nonlinearity 'gelu'"):
        Discriminator(**size, nonlinearity="gelu")
