"""The first StyleGAN's discriminator."""

import numpy as np
import pytest

from stylegan_tf.errors import InputError
from stylegan_tf.networks.stylegan_discriminator import Discriminator


@pytest.mark.parametrize("name", ["sg1_cond32"])
def test_golden(golden, assert_close, name):
    nets, arrays = golden(name)
    assert isinstance(nets.D.network, Discriminator)
    images = np.transpose(arrays["img"], [0, 2, 3, 1])
    scores = nets.D.network(images, labels=arrays.get("labels"))
    assert_close(scores, arrays["d_score_img"][:, 0], 1e-4)


def test_wrong_values_are_errors(size):
    with pytest.raises(InputError, match="structure must be one of auto, fixed, linear, recursive"):
        Discriminator(**size, structure="tree")
    with pytest.raises(InputError, match="unknown nonlinearity 'elu'; the first StyleGAN has relu"):
        Discriminator(**size, nonlinearity="elu")
