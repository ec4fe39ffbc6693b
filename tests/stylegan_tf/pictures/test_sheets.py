"""Pictures of generators, seed by seed and as sheets."""

import pathlib

import numpy as np
import pytest

from stylegan_tf import load_networks, to_uint8
from stylegan_tf.errors import InputError
from stylegan_tf.pictures import sheets

DATA = pathlib.Path(__file__).parents[2] / "data" / "networks"


@pytest.fixture(scope="module")
def Gs():
    return load_networks(DATA / "sg2_cond32.pkl.xz").Gs


def close(image, expected):
    return np.abs(image.astype(int) - expected.astype(int)).max() <= 1


def test_seed_images(Gs):
    first, second = sheets.seed_images(Gs, [66, 230], noise="const")
    w = Gs.map(Gs.sample_z([66, 230]), None, Gs.truncation_psi)
    expected = to_uint8(Gs.synthesize(w))
    assert close(first, expected[0])
    assert close(second, expected[1])
    (seeded,) = sheets.seed_images(Gs, [66])
    assert not close(seeded, first)
    (labelled,) = sheets.seed_images(Gs, [66], noise="const", label=2)
    assert not close(labelled, first)


def test_a_truncation_sweep_ends_at_the_average_face(Gs):
    (one, other) = sheets.truncation_rows(Gs, [1, 2], [1, 0])
    assert not close(one[0], other[0])
    assert close(one[1], other[1])


def test_mixing_rows(Gs):
    top, row = sheets.mixing_rows(Gs, [85], [55, 821], [0, 1, 5], truncation_psi=0.7)
    assert [len(top), len(row)] == [3, 3]
    assert not top[0].any()
    w = Gs.map(Gs.sample_z([85, 55]), truncation_psi=0.7)
    assert close(row[0], to_uint8(Gs.synthesize(w[:1]))[0])
    assert close(top[1], to_uint8(Gs.synthesize(w[1:]))[0])
    assert close(row[1], to_uint8(Gs.synthesize(Gs.mix(w[:1], w[1:], [0, 1, 5])))[0])


def test_a_progan_has_pictures_but_no_truncation():
    progan = load_networks(DATA / "progan_64.pkl.xz").Gs
    (image,) = sheets.seed_images(progan, [1])
    assert close(image, to_uint8(progan.generate(progan.sample_z([1])))[0])
    with pytest.raises(InputError, match="a Progressive GAN has no W to truncate"):
        next(sheets.seed_images(progan, [1], truncation_psi=0.7))
    with pytest.raises(InputError, match="there is no class 0; the network has none"):
        next(sheets.seed_images(progan, [1], label=0))


def test_wrong_values_are_errors(Gs):
    with pytest.raises(InputError, match="there is no class 3; the network has 0 to 2"):
        next(sheets.seed_images(Gs, [1], label=3))
    with pytest.raises(InputError, match="noise must be one of seed, const, random, none"):
        next(sheets.seed_images(Gs, [1], noise="loud"))
    with pytest.raises(InputError, match="there is no layer 8: they are 0 to 7"):
        next(sheets.mixing_rows(Gs, [1], [2], [8]))
