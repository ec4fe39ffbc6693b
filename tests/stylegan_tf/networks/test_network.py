"""What all networks share."""

import numpy as np
import pytest
import tensorflow as tf

from stylegan_tf.errors import InputError
from stylegan_tf.networks.network import Network, feature_maps, lerp, resolution_log2


class Small(Network):
    def __init__(self, width=3, values=None, seed=None, name="small", dtype=None):
        super().__init__(name, dtype, values, seed)
        self._add_weight("Dense/weight", (4, width), gain=2.0, lrmul=0.5)
        self._add("Dense/bias", (width,))
        self._add("lod", (), trainable=False, constant=7.0)
        self._finish()


def test_fresh_values():
    network, again, other = (Small(400, seed=seed) for seed in (1, 1, 2))
    values = network.values()
    assert list(values) == ["Dense/weight", "Dense/bias", "lod"]
    assert values["Dense/weight"].std() == pytest.approx(2.0, rel=0.05)  # 1 / lrmul
    assert not values["Dense/bias"].any()
    assert values["lod"] == 7
    np.testing.assert_array_equal(values["Dense/weight"], again.values()["Dense/weight"])
    assert np.abs(values["Dense/weight"] - other.values()["Dense/weight"]).max() > 1
    assert [v.path.rpartition("/")[2] for v in network.trainable_variables] == [
        "Dense.weight",
        "Dense.bias",
    ]


def test_weights_are_scaled_when_used():
    network = Small(seed=1)
    # gain / sqrt(fan-in) · lrmul = 2 / 2 / 2.
    np.testing.assert_allclose(
        network._weight("Dense/weight"), network.values()["Dense/weight"] * 0.5, rtol=1e-6
    )


def test_given_values_must_fit():
    given = {
        "Dense/weight": np.ones([4, 3]),
        "Dense/bias": np.zeros([3]),
        "lod": np.float32(0),
    }
    assert Small(values=given).values()["Dense/weight"].sum() == 12
    with pytest.raises(InputError, match="small: the file lacks the variable 'lod'"):
        Small(values={k: v for k, v in given.items() if k != "lod"})
    with pytest.raises(InputError, match=r"'Dense/bias' has shape \[3\] in the file, .* \[5\]"):
        Small(5, values={**given, "Dense/weight": np.ones([4, 5])})
    with pytest.raises(InputError, match="the file has a variable 'more', which the network's opt"):
        Small(values={**given, "more": np.zeros([1])})


def test_the_configuration_makes_the_same_network():
    network = Small(5, dtype="mixed_bfloat16")
    again = Small.from_config(network.get_config())
    assert again.variables_by_name["Dense/bias"].shape == (5,)
    assert again.compute_dtype == "bfloat16"


def test_keras_files_know_a_network_by_the_package_it_was_first_saved_under():
    import keras

    from stylegan_tf.networks import progan_discriminator, stylegan2, wrapper

    names = {
        keras.saving.get_registered_name(network)
        for network in (progan_discriminator.Discriminator, stylegan2.Synthesis, wrapper.Wrapper)
    }
    assert names == {
        "stylegan_tf.networks.progan>Discriminator",
        "stylegan_tf.networks.stylegan2>Synthesis",
        "stylegan_tf.generator>Wrapper",
    }


def test_resolution_log2():
    assert [resolution_log2(side) for side in (4, 64, 1024)] == [2, 6, 10]
    for wrong in (2, 48):
        with pytest.raises(InputError, match="resolution must be a power of 2 and at least 4"):
            resolution_log2(wrong)


def test_feature_maps():
    # 100 / 2^0.5 = 70, at most 60; 100 / 2 = 50; at least 30.
    assert [feature_maps(stage, 100, 0.5, 30, 60) for stage in (1, 2, 5)] == [60, 50, 30]


def test_lerp():
    assert float(lerp(tf.constant(2.0), tf.constant(6.0), tf.constant(0.25))) == 3
