"""The faces of generators and discriminators."""

import pathlib

import numpy as np
import pytest
import tensorflow as tf

import stylegan_tf
from stylegan_tf.errors import InputError
from stylegan_tf.generator import Generator
from stylegan_tf.network_file import Networks
from stylegan_tf.networks import stylegan2
from stylegan_tf.pickles.network_state import NetworkState
from stylegan_tf.pickles.reader import read_pickle

DATA = pathlib.Path(__file__).parents[1] / "data" / "networks"
SMALL = {"resolution": 16, "fmap_base": 64, "fmap_max": 8, "mapping_layers": 2, "mapping_fmaps": 16}


@pytest.fixture(scope="module")
def nets():
    return stylegan_tf.load_networks(DATA / "sg2_cond32.pkl.xz")


@pytest.fixture(scope="module")
def progan():
    return stylegan_tf.load_networks(DATA / "progan_64.pkl.xz")


@pytest.fixture(scope="module")
def small():
    return Generator.create(seed=3, **SMALL)


def test_what_a_generator_says_of_itself(nets):
    Gs = nets.Gs
    assert (Gs.resolution, Gs.num_layers, Gs.latent_size, Gs.label_size) == (32, 8, 512, 3)
    assert Gs.w_avg.shape == (512,)
    assert (Gs.truncation_psi, Gs.truncation_cutoff) == (0.5, None)
    assert Gs.variables_by_name["synthesis/4x4/Conv/weight"].shape == (3, 3, 8, 8)
    assert len(Gs.trainable_variables) == len(Gs.variables_by_name) - 2 - 7


def test_seeds_are_those_of_nvidias_scripts(small):
    z = small.sample_z([66, 230])
    expected = np.random.RandomState(66).randn(1, 512)[0].astype(np.float32)
    np.testing.assert_array_equal(z[0], expected)
    random = np.random.RandomState(66)
    random.randn(1, 512)
    noise = small.sample_noise([230, 66])
    assert [values.shape for values in noise] == [(2, side, side, 1) for side in (4, 8, 8, 16, 16)]
    for values in noise:
        np.testing.assert_array_equal(
            values[1, ..., 0], random.randn(*values.shape[1:3]).astype(np.float32)
        )


def test_truncation(nets):
    Gs = nets.Gs
    z, labels = Gs.sample_z([1, 2]), np.eye(3, dtype=np.float32)[:2]
    w = Gs.map(z, labels)
    np.testing.assert_allclose(w, Gs.map(z, labels, None), atol=1e-5)
    half = Gs.map(z, labels, 0.5, 3)
    np.testing.assert_allclose(half[:, :3], Gs.w_avg + (w[:, :3] - Gs.w_avg) / 2, atol=1e-5)
    np.testing.assert_allclose(half[:, 3:], w[:, 3:], atol=1e-5)
    np.testing.assert_allclose(Gs.map(z, labels, 0)[1, 5], Gs.w_avg, atol=1e-6)


def test_labels_matter_and_default_to_none(nets):
    Gs, z = nets.Gs, nets.Gs.sample_z([1])
    np.testing.assert_allclose(Gs.map(z), Gs.map(z, np.zeros([1, 3])), atol=1e-5)
    assert np.abs(Gs.map(z) - Gs.map(z, [[0, 1, 0]])).max() > 0.01


def test_style_mixing(small):
    a, b = small.map(small.sample_z([1, 2])), small.map(small.sample_z([3]))
    mixed = small.mix(a, b, [0, 4])
    np.testing.assert_array_equal(mixed[1, [0, 4]], b[0, [0, 4]])
    np.testing.assert_array_equal(mixed[:, [1, 2, 3, 5]], a[:, [1, 2, 3, 5]])
    with pytest.raises(InputError, match="there is no layer 6: they are 0 to 5"):
        small.mix(a, b, [6])


def test_noise_modes(nets):
    Gs = nets.Gs
    w = Gs.map(Gs.sample_z([5]))
    const, none = Gs.synthesize(w), Gs.synthesize(w, "none")
    np.testing.assert_allclose(const, Gs.synthesize(w, "const"), atol=1e-5)
    assert np.abs(const - none).max() > 1e-3
    assert np.abs(Gs.synthesize(w, "random") - Gs.synthesize(w, "random")).max() > 1e-3
    given = [
        np.reshape(Gs.variables_by_name[f"synthesis/noise{i}"].numpy(), [1, side, side, 1])
        for i, side in enumerate((4, 8, 8, 16, 16, 32, 32))
    ]
    np.testing.assert_allclose(Gs.synthesize(w, given), const, atol=1e-5)
    with pytest.raises(InputError, match="noise must be const, random or none, not 'loud'"):
        Gs.synthesize(w, "loud")
    with pytest.raises(InputError, match="noise must be a list of 7 arrays"):
        Gs.synthesize(w, given[:-1])


def test_one_image_and_many_agree(nets):
    Gs = nets.Gs
    w = Gs.map(Gs.sample_z([1, 2, 3]))
    together = Gs.synthesize(w)
    apart = np.concatenate([Gs.synthesize(w[i : i + 1]) for i in range(3)])
    np.testing.assert_allclose(together, apart, atol=1e-5 * np.abs(apart).max())
    assert Gs.synthesize(w[:0]).shape == (0, 32, 32, 3)


def test_nothing_is_traced_twice(monkeypatch):
    traced = []
    for network in (stylegan2.Mapping, stylegan2.Synthesis):

        def call(self, *args, network=network, call=network.call, **kwargs):
            traced.append(network)
            return call(self, *args, **kwargs)

        monkeypatch.setattr(network, "call", call)
    G = Generator.create(seed=3, **SMALL)
    w = G.map(G.sample_z([1, 2]))
    for count in (2, 1, 2, 1):
        G.synthesize(w[:count])
        G.map(G.sample_z(range(count)))
    # One graph for one image and another for any number of them.
    assert sorted(traced, key=str) == [stylegan2.Mapping] + [stylegan2.Synthesis] * 2


def test_many_networks_are_not_taken_for_one_traced_over_and_over(caplog):
    D_size = {key: value for key, value in SMALL.items() if not key.startswith("mapping")}
    for seed in range(7):
        G = Generator.create(seed=seed, **SMALL)
        images = G.generate(G.sample_z([1]))
        stylegan_tf.Discriminator.create(seed=seed, **D_size).score(images)
        progan = stylegan_tf.ProganGenerator.create(seed=seed, **D_size)
        progan.generate(progan.sample_z([1]))
    assert "retracing" not in caplog.text


def test_wrong_shapes_are_errors(small, nets):
    with pytest.raises(InputError, match=r"a latent has shape \[n, 6, 512\], not \[1, 512\]; make"):
        small.synthesize(small.sample_z([1]))
    with pytest.raises(InputError, match=r"a Z code has shape \[n, 512\], not \[1, 6, 512\]"):
        small.map(np.zeros([1, 6, 512]))
    with pytest.raises(InputError, match=r"labels have shape \[1, 3\], not \[1, 2\]"):
        nets.Gs.map(nets.Gs.sample_z([1]), np.zeros([1, 2]))
    with pytest.raises(InputError, match="a seed is an integer from 0 to 4294967295, not -1"):
        small.sample_z([-1])
    with pytest.raises(InputError, match=r"images have shape \[n, 32, 32, 3\], not \[1, 8, 8, 3\]"):
        nets.D.score(np.zeros([1, 8, 8, 3]))
    with pytest.raises(InputError, match="6 images do not split into groups of 4"):
        nets.D.score(np.zeros([6, 32, 32, 3]))


def test_unknown_options_are_errors():
    with pytest.raises(InputError, match="G_main has no option 'fmap_bass'; it knows "):
        Generator.create(fmap_bass=1, **SMALL)
    with pytest.raises(InputError, match="D_basic has no option 'architecture'"):
        stylegan_tf.Discriminator.create("D_basic", architecture="skip")
    with pytest.raises(InputError, match="function 'G_synthesis_mine' is not known"):
        Generator.create(synthesis_func="G_synthesis_mine")
    with pytest.raises(InputError, match="'G_mine' is not a known generator function"):
        Generator.create("G_mine")
    with pytest.raises(InputError, match="dtype must be float32 or float16, not 'int8'"):
        Generator.create(dtype="int8", **SMALL)


def test_variables_must_fit_the_options():
    (D, Gs) = read_pickle(DATA / "sg2_cond32.pkl.xz")
    D.static_kwargs["fmap_max"] = 4
    with pytest.raises(InputError, match=r"'32x32/Conv1_down/weight' has shape \[3, 3, 4, 8\] in"):
        stylegan_tf.Discriminator(D)
    Gs.components["mapping"].variables["Dense9/weight"] = np.zeros([1], np.float32)
    with pytest.raises(InputError, match="has a variable 'Dense9/weight', which the"):
        Generator(Gs)
    del Gs.components["synthesis"].variables["noise3"]
    with pytest.raises(InputError, match="the file lacks the variable 'noise3'"):
        Generator(Gs)


def test_gradients_reach_every_weight(small):
    target = tf.ones([2, 16, 16, 3])
    # Fresh noise strengths are 0, and with them nothing would depend on the noise.
    with tf.GradientTape() as tape:
        images = small.synthesis(small.mapping(small.sample_z([1, 2])))
        loss = tf.reduce_mean(tf.square(images - target))
    gradients = tape.gradient(loss, small.trainable_variables)
    for variable, gradient in zip(small.trainable_variables, gradients, strict=True):
        assert gradient is not None, variable.name
        assert float(tf.reduce_max(tf.abs(gradient))) > 0, variable.name


def test_gradient_of_a_weight_is_its_difference_quotient(small):
    variable = small.variables_by_name["synthesis/8x8/Conv0_up/weight"]
    w = tf.constant(small.map(small.sample_z([4, 5])))

    def loss():
        return tf.reduce_mean(tf.square(small.synthesis(w)))

    with tf.GradientTape() as tape:
        value = loss()
    gradient = tape.gradient(value, [variable])[0]
    before, step = variable.numpy(), 0.5 * gradient / tf.norm(gradient)
    variable.assign(before + step)
    up = float(loss())
    variable.assign(before - step)
    down = float(loss())
    variable.assign(before)
    assert up - down == pytest.approx(float(tf.norm(gradient)), rel=0.05)


def test_bfloat16_computes_nearly_the_same(small):
    half = Generator.create(compute_dtype="mixed_bfloat16", **SMALL)
    assert half.copy_variables_from(small) == []
    w = small.map(small.sample_z([1, 2]))
    full, low = small.synthesize(w), half.synthesize(w)
    assert low.dtype == np.float32
    assert 0 < np.abs(full - low).max() < 0.06 * np.abs(full).max()


def test_growing_a_generator_keeps_what_it_has(small):
    larger = Generator.create(seed=9, **{**SMALL, "resolution": 32})
    left = larger.copy_variables_from(small)
    assert {name.partition("/")[2].partition("/")[0] for name in left} == {
        "32x32",
        "noise5",
        "noise6",
    }


def test_fresh_variables_follow_the_seed():
    first, again, other = (Generator.create(seed=seed, **SMALL) for seed in (1, 1, 2))
    name = "mapping/Dense1/weight"
    weights = [net.variables_by_name[name].numpy() for net in (first, again, other)]
    np.testing.assert_array_equal(weights[0], weights[1])
    assert np.abs(weights[0] - weights[2]).max() > 1
    assert weights[0].std() == pytest.approx(100, rel=0.05)  # 1 / the learning rate multiplier


def test_level_of_detail(progan, small):
    Gs = progan.Gs
    z = Gs.sample_z([1])
    full = Gs.generate(z)
    Gs.lod = 1
    coarse = Gs.generate(z)
    Gs.lod = 0
    np.testing.assert_array_equal(coarse[:, ::2, ::2], coarse[:, 1::2, 1::2])
    np.testing.assert_allclose(Gs.generate(z), full, atol=1e-5)
    assert np.abs(full - coarse).max() > 1e-3
    with pytest.raises(InputError, match="does not grow: it has no level of detail"):
        small.lod = 1
    Gs.lod = -1
    with pytest.raises(InputError, match="lod must not be negative"):
        Gs.generate(z)
    Gs.lod = 0


def test_a_progan_has_no_w(progan):
    for call in (progan.Gs.map, progan.Gs.synthesize, progan.Gs.truncate):
        with pytest.raises(InputError, match="a Progressive GAN has no W"):
            call(progan.Gs.sample_z([1]))
    with pytest.raises(InputError, match="a Progressive GAN has no W"):
        progan.Gs.w_avg  # noqa: B018
    assert progan.D.predict_labels(np.zeros([1, 64, 64, 3])).shape == (1, 0)


def test_the_progan_of_2017_stores_up_weights_transposed(progan):
    state = progan.Gs.to_state()
    before = stylegan_tf.ProganGenerator(state)
    state.version = 2
    for name, value in state.variables.items():
        if name.endswith("Conv0_up/weight"):
            state.variables[name] = np.transpose(value, [0, 1, 3, 2])
    z = before.sample_z([3])
    np.testing.assert_allclose(
        stylegan_tf.ProganGenerator(state).generate(z), before.generate(z), atol=1e-5
    )


def test_to_uint8_is_nvidias():
    values = np.array([-2, -1, -0.999, 0, 0.5, 1, 3], np.float32)
    assert stylegan_tf.to_uint8(values).tolist() == [0, 0, 0, 128, 191, 255, 255]


def test_save_and_load(tmp_path, small):
    small.variables_by_name["dlatent_avg"].assign(np.arange(512) / 512)
    D = stylegan_tf.Discriminator.create(resolution=16, fmap_base=64, fmap_max=8)
    stylegan_tf.save_networks(tmp_path / "net.pkl.xz", (small, D, small))
    nets = stylegan_tf.load_networks(tmp_path / "net.pkl.xz")
    z = small.sample_z([7])
    np.testing.assert_array_equal(nets.Gs.w_avg, small.w_avg)
    np.testing.assert_allclose(nets.Gs.generate(z), small.generate(z), atol=1e-5)
    np.testing.assert_allclose(nets.G.generate(z), small.generate(z), atol=1e-5)
    stylegan_tf.save_networks(tmp_path / "again.pkl", nets)  # G and Gs built, D as it was read
    assert [state.name for state in read_pickle(tmp_path / "again.pkl")] == ["G", "D", "G"]


def test_a_network_alone(tmp_path, small):
    stylegan_tf.save_networks(tmp_path / "net.pkl", [small])
    nets = stylegan_tf.load_networks(tmp_path / "net.pkl")
    assert nets.G is nets.Gs
    with pytest.raises(InputError, match=r"net\.pkl has no D"):
        nets.D  # noqa: B018
    with pytest.raises(InputError, match="holds two networks of one kind"):
        Networks([NetworkState("G_main"), NetworkState("G_style")], "file")
