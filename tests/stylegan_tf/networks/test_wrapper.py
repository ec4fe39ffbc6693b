"""A generator's own variables."""

import numpy as np
import pytest

from stylegan_tf.errors import InputError
from stylegan_tf.networks.wrapper import Wrapper


def test_it_holds_the_average_w_and_the_level_of_detail():
    values = Wrapper(5).values()
    assert {name: value.shape for name, value in values.items()} == {"lod": (), "dlatent_avg": (5,)}
    assert not Wrapper(5).trainable_variables


def test_an_average_of_another_width_is_refused():
    values = {"lod": np.float32(0), "dlatent_avg": np.zeros([6], np.float32)}
    with pytest.raises(InputError, match=r"'dlatent_avg' has shape \[6\] in the file, .* \[5\]"):
        Wrapper(5, values=values)
