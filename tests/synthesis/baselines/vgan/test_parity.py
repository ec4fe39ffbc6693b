"""VGAN against a twin of its authors' code."""

import numpy as np
import pytest
import tensorflow as tf

from synthesis.baselines.vgan.training import VganOptions, VganTraining

FORWARD = 1e-5
GRADIENT = 1e-5
UPDATED = 5e-6  # absolute
LEAVES = ("weight", "bias", "running_mean", "running_var")
KEPT_WHOLE = 20_000  # larger arrays are every 11th element


@pytest.fixture
def build(golden_weights):
    """`build(prefix, width)` → a golden network and its weights by the twin's names."""

    def network(prefix, width, gradient="original"):
        training = VganTraining(VganOptions(width=width, generator_gradient=gradient))
        generator, weights = training.generator, golden_weights(LEAVES)
        for stack, conv, norm, taps, count in (
            (generator.background, "bg", "bg_bn", 4, 5),
            (generator.moving, "video", "video_bn", 8, 4),
        ):
            for index in range(count):
                layer = stack.get_layer(f"deconv{index}")
                fan = layer.kernel.shape[-1] * (taps if index else 1)
                weights.conv(layer, f"G.{conv}.{index}", fan)
                if index < 4:
                    weights.norm(stack.get_layer(f"norm{index}"), f"G.{norm}.{index}")
        weights.conv(generator.foreground, "G.fg", width * 8)
        weights.conv(generator.mask, "G.mask", width * 8)
        for layer in training.critic.stack:
            if layer.name.startswith("conv"):
                weights.conv(layer, f"D.conv.{layer.name[4:]}", np.prod(layer.kernel.shape[:-1]))
            elif layer.name.startswith("norm"):
                weights.norm(layer, f"D.bn.{layer.name[4:]}")
        weights.fill(prefix)
        return training, weights

    return network


@pytest.fixture
def inputs_of(golden_value):
    """Codes [n, 100] and real clips [n, 32, 64, 64, 3]."""

    def draw(prefix, count, dtype="float32"):
        reals = golden_value(f"{prefix}.reals", (count, 3, 32, 64, 64), "uniform")
        codes = golden_value(f"{prefix}.z", (count, 100), "normal")
        return tf.constant(codes, dtype), tf.constant(reals.transpose(0, 2, 3, 4, 1), dtype)

    return draw


def cuts(name, videos):
    """The parts of clips that the golden data keep, by key."""
    videos = np.asarray(videos).transpose(0, 4, 1, 2, 3)
    return {
        f"{name}_s": videos[:, :, ::3, 1::4, 2::4],
        f"{name}_f13": videos[:1, :, 13],
        f"{name}_mean": videos.mean((3, 4)),
        f"{name}_last": videos[:, :, -1, -4:, -4:],
    }


def kept(array):
    return array.ravel()[::11] if array.size > KEPT_WHOLE else array


@pytest.mark.parametrize("training", [False, True])
def test_forward_pass(build, inputs_of, golden, compare, training):
    model, weights = build("vgan.small", 8)
    codes, reals = inputs_of("vgan.small", 3)
    wanted, suffix = golden("vgan_forward"), "_train" if training else ""
    scene = model.generator(codes, training=training)
    for name in ("video", "foreground", "mask"):
        for key, ours in cuts(f"out/{name}{suffix}", getattr(scene, name)).items():
            compare(key, ours, wanted[key], FORWARD)
    background = np.transpose(scene.background, (0, 3, 1, 2))
    compare("background", background, wanted[f"out/background{suffix}"], FORWARD)
    score = model.critic(scene.video, training=training)
    compare("score", score, wanted[f"out/score_fake{suffix}"], FORWARD)
    penalty = 0.1 * np.abs(scene.mask).mean()
    compare("penalty", [penalty], wanted[f"out/penalty{suffix}"], FORWARD)
    if training:
        for weight in weights.running():
            name = weight.name.replace(".", "/", 1)
            compare(name, weight.variable, wanted[f"after_train/{name}"], FORWARD)
    else:
        compare("real", model.critic(reals), wanted["out/score_real"], FORWARD)


def check_gradients(kind, name, model, weights, gradients, wanted, compare):
    checked = 0
    network = model.networks[name]
    for variable, gradient in zip(network.trainable_variables, gradients[name], strict=True):
        weight = weights.of(variable)
        key = f"{kind}/{weight.name.replace('.', '/', 1)}"
        if key not in wanted:  # the largest kernels, in float64
            continue
        if np.abs(wanted[key]).max() < 1e-10:  # a bias before a normalization
            assert np.abs(gradient).max() < 1e-10, key
        else:
            compare(key, kept(weight.original(gradient)), wanted[key], GRADIENT)
        checked += 1
    return checked


def test_training_step(float64, build, inputs_of, golden, compare):
    model, weights = build("vgan.step", 3)
    codes, reals = inputs_of("vgan.step", 4, "float64")
    wanted = golden("vgan_step")
    losses, gradients = model.update(reals, codes)
    for ours, name in (
        ("critic_real", "loss_d_real"),
        ("critic_fake", "loss_d_fake"),
        ("generator", "loss_g"),
        ("mask_penalty", "penalty"),
    ):
        compare(name, [losses[ours]], wanted[f"out/{name}"], GRADIENT)
    for name, count in (("critic", 16), ("generator", 36)):
        checked = check_gradients("grad64", name, model, weights, gradients, wanted, compare)
        assert checked == count, name
    for weight in weights.weights:
        name = weight.name.replace(".", "/", 1)
        if np.abs(wanted.get(f"grad64/{name}", 1)).max() < 1e-10:
            continue  # Adam steps along the noise of a gradient that is 0
        ours = kept(weight.original(weight.variable))
        compare(name, ours, wanted[f"after/{name}"], 1, absolute=UPDATED)


def test_a_fresh_pass_gives_other_gradients(float64, build, inputs_of, golden, compare):
    model, weights = build("vgan.step", 3, gradient="fresh")
    codes, reals = inputs_of("vgan.step", 4, "float64")
    wanted = golden("vgan_step")
    _, gradients = model.update(reals, codes)
    checked = check_gradients("grad_fresh", "generator", model, weights, gradients, wanted, compare)
    assert checked == 36
    mask = wanted["grad_fresh/G/mask.bias"]
    assert np.abs(mask - wanted["grad64/G/mask.bias"]).max() > 0.05 * np.abs(mask).max()


def test_critic_moves_its_statistics_twice(build, inputs_of, golden, compare):
    model, weights = build("vgan.step", 3)
    codes, reals = inputs_of("vgan.step", 4)
    model.update(reals, codes)
    wanted = golden("vgan_step")
    for weight in weights.running():
        name = weight.name.replace(".", "/", 1)
        compare(name, weight.variable, wanted[f"after/{name}"], 1e-5)
