"""Networks as folders of Keras files."""

import json
import pathlib

import keras
import numpy as np
import pytest

import stylegan_tf
from stylegan_tf.errors import InputError
from stylegan_tf.keras_files import load_keras, save_keras

# Keras 3.15 saves through an array protocol that numpy 2.4 deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

DATA = pathlib.Path(__file__).parents[1] / "data" / "networks"


@pytest.fixture(scope="module")
def nets():
    return stylegan_tf.load_networks(DATA / "sg2_revised32.pkl.xz")


@pytest.mark.parametrize("weights_only", [False, True])
def test_there_and_back(weights_only, nets, tmp_path):
    save_keras(tmp_path, nets, weights_only)
    again = load_keras(tmp_path)
    for before, after in zip(nets.states(), again.states(), strict=True):
        assert before.static_kwargs == after.static_kwargs
        assert (before.func, before.name, before.version) == (after.func, after.name, after.version)
    for role in ("D", "Gs"):
        theirs = getattr(again, role).variables_by_name
        ours = getattr(nets, role).variables_by_name
        assert list(ours) == list(theirs)
        for name, variable in ours.items():
            np.testing.assert_array_equal(variable.numpy(), theirs[name].numpy())


def test_a_keras_file_opens_by_itself(nets, tmp_path):
    save_keras(tmp_path, nets)
    synthesis = keras.models.load_model(tmp_path / "Gs_synthesis.keras")
    w = nets.Gs.map(nets.Gs.sample_z([1, 2]))
    np.testing.assert_allclose(synthesis(w).numpy(), nets.Gs.synthesize(w), atol=1e-4)


def test_wrong_folders_are_named(tmp_path):
    with pytest.raises(InputError, match=r"holds no networks\.json"):
        load_keras(tmp_path)
    entry = {"role": "D", "file": "D.keras", "func": "D_paper"}
    index = tmp_path / "networks.json"
    index.write_text(json.dumps({"format": 1, "networks": [entry]}))
    with pytest.raises(InputError, match=r"D\.keras does not hold the network that networks\.json"):
        load_keras(tmp_path)
    index.write_text(json.dumps({"format": 2, "networks": []}))
    with pytest.raises(InputError, match="is of format 2, not 1"):
        load_keras(tmp_path)
    index.write_text("{}")
    with pytest.raises(InputError, match=r"networks\.json is damaged"):
        load_keras(tmp_path)
