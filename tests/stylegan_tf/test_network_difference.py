import re

import numpy as np
import pytest

from stylegan_tf import Generator
from stylegan_tf.errors import InputError
from stylegan_tf.network_difference import NetworkDifference, tuned_files, tuned_path

SIZE = {"resolution": 16, "fmap_base": 64, "fmap_max": 8, "mapping_layers": 1}


@pytest.fixture
def generator():
    return Generator.create(seed=1, **SIZE)


@pytest.fixture
def difference(generator):
    before = generator.synthesis.values()
    changed = before["8x8/Conv1/weight"] + np.float32(0.25)
    return NetworkDifference.between(before, {**before, "8x8/Conv1/weight": changed})


def test_a_file_brings_the_tuned_network_back(tmp_path, generator, difference):
    latents = np.ones((1, 6, 512), np.float32)
    plain = generator.synthesize(latents)
    difference.save(tmp_path / "a.tuned.npz")
    again = NetworkDifference.load(tmp_path / "a.tuned.npz")
    assert again.digest == difference.digest
    assert list(again.changes) == ["8x8/Conv1/weight"]

    with again.applied(generator):
        assert np.abs(generator.synthesize(latents) - plain).max() > 1e-3
    np.testing.assert_array_equal(generator.synthesize(latents), plain)
    before = generator.synthesis.values()
    again.apply(generator)
    after = generator.synthesis.values()
    np.testing.assert_array_equal(
        after.pop("8x8/Conv1/weight"), before.pop("8x8/Conv1/weight") + np.float32(0.25)
    )
    for name, value in before.items():
        np.testing.assert_array_equal(after[name], value)


def test_it_belongs_to_its_network(generator, difference):
    with pytest.raises(InputError, match="made from another network, or this one is tuned already"):
        difference.apply(Generator.create(seed=2, **SIZE))
    difference.apply(generator)
    with pytest.raises(InputError, match="this one is tuned already"):
        difference.apply(generator)


def test_what_ran_away_is_not_kept(generator):
    before = generator.synthesis.values()
    for wrong in (np.nan, 1e5):
        bad = {**before, "noise0": np.full_like(before["noise0"], wrong)}
        with pytest.raises(InputError, match="tuning ran away: noise0"):
            NetworkDifference.between(before, bad)


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"a": np.zeros(3, np.float16)}, "it does not say of which network"),
        ({"network": np.zeros(3, np.uint8)}, "it does not say of which network"),
        ({"network": np.zeros(32, np.uint8), "a": np.zeros(3)}, "'a' is not finite float16"),
        (
            {"network": np.zeros(32, np.uint8), "a": np.full(3, np.inf, np.float16)},
            "'a' is not finite float16",
        ),
    ],
)
def test_other_files_are_refused(tmp_path, arrays, message):
    np.savez(tmp_path / "a.npz", **arrays)
    with pytest.raises(InputError, match=re.escape(message)):
        NetworkDifference.load(tmp_path / "a.npz")


def test_a_variable_of_another_form_is_refused(generator, difference):
    for changes in ({"noise0": np.zeros(2, np.float16)}, {"more": np.zeros(2, np.float16)}):
        with pytest.raises(InputError, match=r"no fitting variable '(noise0|more)'"):
            NetworkDifference(difference.network, changes).apply(generator)


def test_it_lies_beside_its_latent(tmp_path, difference):
    latent = tmp_path / "face_0.5.npy"
    assert tuned_files([latent]) == []
    difference.save(tuned_path(latent))
    assert tuned_files([latent, tmp_path / "b.npy"]) == [tmp_path / "face_0.5.tuned.npz"]
