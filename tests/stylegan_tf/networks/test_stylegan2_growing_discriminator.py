"""StyleGAN2's discriminator with progressive growing."""

import numpy as np
import pytest

from stylegan_tf.errors import InputError
from stylegan_tf.networks.stylegan2_growing_discriminator import Discriminator


@pytest.mark.parametrize("name", ["sg2_revised32"])
def test_golden(golden, assert_close, name):
    nets, arrays = golden(name)
    assert isinstance(nets.D.network, Discriminator)
    images = np.transpose(arrays["img"], [0, 2, 3, 1])
    scores = nets.D.network(images, labels=arrays.get("labels"))
    assert_close(scores, arrays["d_score_img"][:, 0], 1e-4)


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
