"""What all discriminators that take labels have in common."""

import pytest
import tensorflow as tf

from stylegan_tf.networks.stylegan2_ada_discriminator import Discriminator as StyleGAN2ADA
from stylegan_tf.networks.stylegan2_discriminator import Discriminator as StyleGAN2
from stylegan_tf.networks.stylegan2_growing_discriminator import Discriminator as StyleGAN2Growing
from stylegan_tf.networks.stylegan_discriminator import Discriminator as StyleGAN

LABEL_WEIGHTS = [StyleGAN, StyleGAN2Growing, StyleGAN2]  # StyleGAN2-ADA embeds its labels


def score_labels(discriminator, size, *labels) -> list[float]:
    network = discriminator(**size, num_channels=3, label_size=2, seed=1)
    images = tf.ones([1, 16, 16, 3])
    return [float(network(images, labels=tf.constant([row]))[0]) for row in labels]


@pytest.mark.parametrize("discriminator", [*LABEL_WEIGHTS, StyleGAN2ADA])
def test_shapes(discriminator, size):
    network = discriminator(**size, num_channels=4, seed=1)
    assert network(tf.ones([3, 16, 16, 4])).shape == (3,)
    assert network.image_shape == (16, 16, 4)


@pytest.mark.parametrize("discriminator", [*LABEL_WEIGHTS, StyleGAN2ADA])
def test_labels_change_the_score(discriminator, size):
    first, second = score_labels(discriminator, size, [1.0, 0.0], [0.0, 1.0])
    assert first != pytest.approx(second, rel=1e-3)


@pytest.mark.parametrize("discriminator", LABEL_WEIGHTS)
def test_labels_are_weights_of_the_outputs(discriminator, size):
    first, second, both = score_labels(discriminator, size, [1.0, 0.0], [0.0, 1.0], [1.0, 1.0])
    assert both == pytest.approx(first + second, rel=1e-5)


@pytest.mark.parametrize("discriminator", LABEL_WEIGHTS)
def test_the_minibatch_statistics_add_channels(discriminator, size):
    shapes = [
        discriminator(**size, mbstd_group_size=group, mbstd_num_features=2)
        .variables_by_name["4x4/Conv/weight"]
        .shape
        for group in (4, 0)
    ]
    assert shapes == [(3, 3, 10, 8), (3, 3, 8, 8)]
