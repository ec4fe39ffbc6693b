"""Synthesis in parts gives the same pictures."""

import pathlib

import numpy as np
import pytest

import stylegan_tf
from stylegan_tf.errors import InputError
from stylegan_tf.generator import Generator
from stylegan_tf.partial_synthesis import Features, PartialSynthesis

DATA = pathlib.Path(__file__).parents[1] / "data" / "networks"
SMALL = {"resolution": 16, "fmap_base": 64, "fmap_max": 8, "mapping_layers": 2, "mapping_fmaps": 16}


def assert_same(image, expected):
    # Float noise: a graph that is cut in two is not fused as one that is whole.
    np.testing.assert_allclose(image, expected, rtol=0, atol=2e-5 * np.abs(expected).max())


@pytest.fixture(scope="module", params=["sg2_f64", "sg2_resnet64", "sg1_64"])
def generator(request):
    return stylegan_tf.load_networks(DATA / f"{request.param}.pkl.xz").Gs


def test_parts_add_up_to_the_whole(generator):
    partial = PartialSynthesis(generator)
    w = generator.map(generator.sample_z([5]))
    expected = generator.synthesize(w)[0]
    features = None
    for resolution in (8, 32, 64):
        features = partial.run(w[0], resolution, features)
        assert features.resolution == resolution
    assert_same(features.image, expected)
    assert_same(partial.run(w[0], 64).image, expected)


def test_what_an_edit_leaves_alone_is_reused(generator):
    partial = PartialSynthesis(generator)
    w, other = generator.map(generator.sample_z([5, 6]))
    for layer in (0, 1, 7, 4):
        edited = np.concatenate([w[:layer], other[layer:]])
        resolution = partial.untouched(layer)
        kept = partial.run(w, resolution) if resolution else None
        expected = generator.synthesize(edited[None])[0]
        assert_same(partial.run(edited, generator.resolution, kept).image, expected)
    # With one block more it would be another picture.
    wrong = partial.run(edited, 64, partial.run(w, resolution * 2))
    assert np.abs(wrong.image - expected).max() > 1e-3


def test_growing_networks_too():
    generator = stylegan_tf.load_networks(DATA / "sg2_revised32.pkl.xz").Gs
    partial = PartialSynthesis(generator, "none")
    w = generator.map(generator.sample_z([5]))
    features = partial.run(w[0], 32, partial.run(w[0], 8))
    assert_same(features.image, generator.synthesize(w, noise="none")[0])
    generator.lod = 1
    with pytest.raises(InputError, match="not at full resolution"):
        PartialSynthesis(generator)


def test_only_the_skip_architecture_has_an_image_below_full_resolution():
    w = np.zeros([6, 512], np.float32)
    skip = PartialSynthesis(Generator.create(seed=3, **SMALL))
    assert skip.run(w, 8).image.shape == (8, 8, 3)
    orig = PartialSynthesis(Generator.create(seed=3, architecture="orig", **SMALL))
    assert orig.run(w, 8).image is None


def test_wrong_arguments():
    generator = Generator.create(seed=3, **SMALL)
    partial = PartialSynthesis(generator)
    w = np.zeros([6, 512], np.float32)
    features = partial.run(w, 8)
    assert partial.run(w, 8, features) is features
    with pytest.raises(InputError, match="there is no block of 32 pixels: G ends at 16"):
        partial.run(w, 32)
    with pytest.raises(InputError, match="of 8 pixels already, beyond 4"):
        partial.run(w, 4, features)
    with pytest.raises(InputError, match=r"one latent has shape \[6, 512\], not \[1, 6, 512\]"):
        partial.run(w[None], 16)
    with pytest.raises(InputError, match="fixed noise, const or none, not 'random'"):
        PartialSynthesis(generator, "random")
    assert isinstance(features, Features)
