"""StyleGAN2's discriminator."""

import numpy as np
import pytest

from stylegan_tf.errors import InputError
from stylegan_tf.networks.stylegan2_discriminator import Discriminator


@pytest.mark.parametrize("name", ["sg2_cond32", "sg2_orig64", "sg2_resnet64"])
def test_golden(golden, assert_close, name):
    nets, arrays = golden(name)
    assert isinstance(nets.D.network, Discriminator)
    images = np.transpose(arrays["img"], [0, 2, 3, 1])
    scores = nets.D.network(images, labels=arrays.get("labels"))
    assert_close(scores, arrays["d_score_img"][:, 0], 1e-4)


@pytest.mark.parametrize("architecture", ["orig", "skip", "resnet"])
def test_architectures(size, architecture):
    names = Discriminator(**size, architecture=architecture).variables_by_name
    assert ("8x8/Skip/weight" in names) == (architecture == "resnet")
    assert ("8x8/FromRGB/weight" in names) == (architecture == "skip")
    assert "16x16/FromRGB/weight" in names


def test_wrong_values_are_errors(size):
    with pytest.raises(InputError, match="architecture must be orig, skip or resnet, not 'dense'"):
        Discriminator(**size, architecture="dense")
    with pytest.raises(InputError, match="architecture 'resnet' begins at resolution 8"):
        Discriminator(resolution=4)
    with pytest.raises(InputError, match="unknown nonlinearity 'gelu'"):
        Discriminator(**size, nonlinearity="gelu")
