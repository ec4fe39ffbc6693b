"""Networks are built from their options, also from those that no golden file has."""

import numpy as np
import pytest

from stylegan_tf import Discriminator, Generator, ProganGenerator
from stylegan_tf.errors import InputError
from stylegan_tf.ops import ACTIVATIONS

SMALL = {"resolution": 16, "fmap_base": 64, "fmap_max": 8}
MAPPING = {"mapping_layers": 2, "mapping_fmaps": 16}


def images_of(**options):
    G = Generator.create(seed=1, **{**SMALL, **MAPPING, **options})
    images = G.generate(G.sample_z([1, 2]))
    assert np.isfinite(images).all()
    return images


def changes(base, **options):
    return np.abs(images_of(**base, **options) - images_of(**base)).max() > 1e-3


@pytest.mark.parametrize("act", ACTIVATIONS)
def test_stylegan2_nonlinearities(act):
    assert act == "lrelu" or changes({}, nonlinearity=act)


@pytest.mark.parametrize(
    "options",
    [
        {"resample_kernel": None},
        {"resample_kernel": [1, 2, 1]},
        {"resample_kernel": [[1, 2], [3, 4]]},
        {"normalize_latents": False, "latent_size": 32, "dlatent_size": 64},
        {"mapping_nonlinearity": "relu"},
        {"mapping_lrmul": 1.0, "mapping_nonlinearity": "tanh"},
    ],
)
def test_stylegan2_options_take_effect(options):
    base = {} if "latent_size" not in options else {"latent_size": 32, "dlatent_size": 64}
    if options.get("mapping_lrmul"):
        assert images_of(**options).shape == (2, 16, 16, 3)
    else:
        assert changes(base, **{k: v for k, v in options.items() if k not in base})


def test_fused_modconv_changes_nothing():
    np.testing.assert_array_equal(images_of(fused_modconv=False), images_of())


@pytest.mark.parametrize("architecture", ["orig", "skip", "resnet"])
@pytest.mark.parametrize("channels", [1, 4])
def test_architectures_and_channels(architecture, channels):
    images = images_of(architecture=architecture, num_channels=channels)
    assert images.shape == (2, 16, 16, channels)
    D = Discriminator.create(architecture=architecture, num_channels=channels, seed=1, **SMALL)
    assert D.score(images).shape == (2,)


def test_feature_maps():
    G = Generator.create(resolution=16, fmap_base=100, fmap_decay=0.5, fmap_min=30, fmap_max=60)
    shapes = {name: v.shape for name, v in G.synthesis.variables_by_name.items()}
    # stage 1: 100 / 2^0.5 = 70, at most 60; stage 2: 50; stage 3: 35.
    assert shapes["4x4/Conv/weight"] == (3, 3, 60, 60)
    assert shapes["8x8/Conv0_up/weight"] == (3, 3, 60, 50)
    assert shapes["16x16/Conv0_up/weight"] == (3, 3, 50, 35)
    small = Generator.create(resolution=16, fmap_base=8, fmap_min=3)
    assert small.synthesis.variables_by_name["16x16/Conv1/weight"].shape == (3, 3, 3, 3)


@pytest.mark.parametrize("structure", ["auto", "linear", "recursive", "fixed"])
@pytest.mark.parametrize("kind", ["G_main", "G_style"])
def test_structures(kind, structure):
    options = {**SMALL, **MAPPING, "structure": structure}
    if kind == "G_main":
        options["synthesis_func"] = "G_synthesis_stylegan_revised"
    G = Generator.create(kind, seed=1, **options)
    rgb = [name for name in G.variables_by_name if "ToRGB" in name and name.endswith("/weight")]
    assert len(rgb) == (1 if structure == "fixed" else 3)
    assert np.isfinite(G.generate(G.sample_z([1]))).all()
    D = Discriminator.create(
        "D_stylegan" if kind == "G_main" else "D_basic",
        seed=1,
        num_channels=3,
        structure=structure,
        **SMALL,
    )
    assert D.score(np.ones([2, 16, 16, 3])).shape == (2,)


@pytest.mark.parametrize(
    ("options", "layers", "present", "absent"),
    [
        ({"use_styles": False}, 1, "4x4/Const/const", "4x4/Const/StyleMod/weight"),
        ({"const_input_layer": False}, 6, "4x4/Dense/weight", "4x4/Const/const"),
        ({"use_noise": False}, 6, "4x4/Const/bias", "noise0"),
        ({"use_wscale": False}, 6, "noise5", "noise6"),
        ({"use_pixel_norm": True, "use_instance_norm": False}, 6, "noise5", "noise6"),
        ({"nonlinearity": "relu", "mapping_nonlinearity": "relu"}, 6, "noise5", "noise6"),
        ({"fused_scale": True, "blur_filter": None}, 6, "noise5", "noise6"),
        ({"fused_scale": False, "blur_filter": [1, 3, 3, 1]}, 6, "noise5", "noise6"),
    ],
)
def test_stylegan_options(options, layers, present, absent):
    G = Generator.create("G_style", seed=1, **SMALL, **MAPPING, **options)
    assert G.num_layers == layers
    assert present in G.synthesis.variables_by_name
    assert absent not in G.synthesis.variables_by_name
    assert np.isfinite(G.generate(G.sample_z([1]))).all()
    assert G.version == 3


def test_weights_without_runtime_scale_start_scaled():
    G = Generator.create("G_style", seed=1, use_wscale=False, **SMALL, **MAPPING)
    weight = G.variables_by_name["mapping/Dense0/weight"].numpy()
    # He initialisation sqrt(2 / 512), divided by the learning rate multiplier 0.01.
    assert weight.std() == pytest.approx((2 / 512) ** 0.5 * 100, rel=0.05)


@pytest.mark.parametrize("group", [0, 2])
@pytest.mark.parametrize("func", ["D_stylegan2", "D_stylegan", "D_basic", "D_paper"])
def test_minibatch_groups(func, group):
    D = Discriminator.create(func, mbstd_group_size=group, num_channels=3, seed=1, **SMALL)
    images = np.random.RandomState(0).randn(4, 16, 16, 3)
    together = D.score(images)
    # Sample i is in group i mod (4 / 2): swapping 1 and 3 leaves its group, 1 and 2 does not.
    np.testing.assert_allclose(D.score(images[[0, 3, 2, 1]])[[0, 3, 2, 1]], together, rtol=1e-4)
    other = D.score(images[[0, 2, 1, 3]])[[0, 2, 1, 3]]
    assert (np.abs(other - together).max() < 1e-5) == (group == 0)


@pytest.mark.parametrize(
    "options",
    [
        {"latent_size": 5, "label_size": 2},
        {"normalize_latents": False, "use_wscale": False},
        {"use_pixelnorm": False, "use_leakyrelu": False},
        {"fused_scale": False, "num_channels": 3},
        {"structure": "linear", "pixelnorm_epsilon": 1e-4},
    ],
)
def test_progan_options(options):
    G = ProganGenerator.create(seed=1, **SMALL, **options)
    assert G.latent_size == options.get("latent_size", 8)
    labels = np.ones([1, options["label_size"]]) if "label_size" in options else None
    images = G.generate(G.sample_z([1]), labels)
    assert images.shape == (1, 16, 16, options.get("num_channels", 1))
    name = "8x8/Conv0/weight" if options.get("fused_scale") is False else "8x8/Conv0_up/weight"
    assert name in G.variables_by_name
    kept = {k: v for k, v in options.items() if k in ("fused_scale", "label_size", "use_wscale")}
    D = Discriminator.create("D_paper", seed=1, num_channels=images.shape[3], **SMALL, **kept)
    assert D.score(images).shape == (1,)
    assert D.predict_labels(images).shape == (1, options.get("label_size", 0))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"resolution": 48}, "resolution must be a power of 2 and at least 4, not 48"),
        ({"architecture": "dense"}, "architecture must be orig, skip or resnet, not 'dense'"),
        ({"nonlinearity": "gelu"}, "unknown nonlinearity 'gelu'"),
        ({"resolution": 4, "architecture": "orig"}, "architecture 'orig' begins at resolution 8"),
    ],
)
def test_wrong_values_are_errors(options, message):
    with pytest.raises(InputError, match=message):
        Generator.create(**{**SMALL, **options})


def test_wrong_values_of_growing_networks_are_errors():
    with pytest.raises(InputError, match="structure must be one of auto, fixed, linear, recursive"):
        Generator.create("G_style", structure="tree", **SMALL)
    with pytest.raises(InputError, match="structure must be one of None, linear, recursive"):
        ProganGenerator.create(structure="fixed", **SMALL)
    with pytest.raises(InputError, match="unknown nonlinearity 'swish'; the first StyleGAN has"):
        Generator.create("G_style", nonlinearity="swish", **SMALL)
