"""TGAN against its authors' code."""

import numpy as np
import pytest
import tensorflow as tf

from synthesis.baselines.optimizers import ChainerRmsprop
from synthesis.baselines.tgan.discriminator import clip_singular_values
from synthesis.baselines.tgan.training import to_float

FORWARD, STEP, CLIPPING = 1e-5, 1e-4, 1e-6
# Where batch normalization divides by nearly nothing: two clips, one frame seed each. In float64
# ours is as far from the golden float32 numbers.
ILL_CONDITIONED = 3e-5


def channels_first(videos):
    return np.asarray(videos).transpose(0, 4, 1, 2, 3)


def test_inference(small, golden, compare):
    model, _ = small()
    wanted = golden("tgan_forward")
    codes = tf.constant(wanted["in/z_slow"])
    seeds = model.seed_generator(codes)
    compare("seeds", np.transpose(seeds, (0, 2, 1)), wanted["out/z_fast"], FORWARD)
    videos = model.videos(codes, training=False)
    compare("video", channels_first(videos), wanted["out/video"], FORWARD)
    compare("score", model.critic(videos), wanted["out/score"], FORWARD)


def test_training_mode(small, golden, compare, thin):
    model, weights = small()
    wanted = golden("tgan_forward")
    codes = tf.constant(wanted["in/z_slow"])
    golden_seeds = wanted["out/z_fast_train"]
    seeds = model.seed_generator(codes, training=True)
    compare("seeds", np.transpose(seeds, (0, 2, 1)), thin(golden_seeds), FORWARD)
    golden_seeds = tf.constant(golden_seeds.transpose(0, 2, 1))
    videos = model.generator(codes, golden_seeds, training=True)
    compare("video", channels_first(videos), wanted["out/video_train"], ILL_CONDITIONED)
    score = model.critic(videos, training=True)
    compare("score", score, wanted["out/score_train"], ILL_CONDITIONED)
    for weight in weights.running():
        name = weight.name.replace(".", "/")
        compare(name, weight.variable, wanted[f"after_train/{name}"], FORWARD)


def test_gradients_of_a_training_step(float64, small, golden, compare):
    model, weights = small()
    wanted = golden("tgan_step")
    losses, gradients = model.update(*inputs(wanted))
    compare("generator", [losses["generator"]], [wanted["out/vdis/loss_gen"]], STEP)
    compare("critic", [losses["critic"]], [wanted["out/vdis/loss_dis"]], STEP)
    for name, network in model.networks.items():
        for variable, gradient in zip(network.trainable_variables, gradients[name], strict=True):
            weight = weights.of(variable)
            key = f"grad64/{weight.name.replace('.', '/')}"
            if key not in wanted:  # FS' largest kernels are not in the golden data
                assert weight.name in ("FS.dc0.W", "FS.dc1.W", "FS.dc2.W", "FS.dc3.W")
            elif np.abs(wanted[key]).max() < 1e-10:  # a bias before a normalization
                assert np.abs(gradient).max() < 1e-10, key
            else:
                compare(key, weight.original(gradient), wanted[key], 1e-6)


def test_weights_after_a_training_step(float64, small, golden, thin):
    model, weights = small()
    wanted = golden("tgan_step")
    model.update(*inputs(wanted))
    for weight in weights.weights:
        name = weight.name.replace(".", "/")
        if f"after/{name}" not in wanted or np.abs(wanted.get(f"grad64/{name}", 1)).max() < 1e-10:
            continue
        ours, golden_after = thin(weight.original(weight.variable)), wanted[f"after/{name}"]
        sure = np.ones(golden_after.shape, bool)
        if f"grad64/{name}" in wanted:
            # The first step of RMSprop has one length: where the gradient is all but 0, float32
            # and float64 may step to opposite sides.
            gradient = np.abs(wanted[f"grad64/{name}"])
            sure = gradient > 0.02 * gradient.max()
        error = np.abs(ours - golden_after)[sure].max()
        assert error <= STEP * np.abs(golden_after).max(), name


def test_optimizer_on_golden_gradients(float64, small, golden, thin):
    _, weights = small()
    wanted = golden("tgan_step")
    compared = 0
    for weight in weights.weights:
        name = weight.name.replace(".", "/")
        if not weight.variable.trainable or not {f"grad/{name}", f"after/{name}"} <= set(wanted):
            continue
        variable = tf.Variable(thin(weight.original(weight.variable)))
        ChainerRmsprop(5e-5).apply(
            [tf.constant(wanted[f"grad/{name}"], variable.dtype)], [variable]
        )
        np.testing.assert_allclose(variable, wanted[f"after/{name}"], rtol=0, atol=1e-6)
        compared += 1
    assert compared > 30


def inputs(wanted):
    videos = to_float(wanted["in/real_uint8_ntchw"].transpose(0, 1, 3, 4, 2))
    return tf.cast(videos, tf.float64), tf.constant(wanted["in/z_slow"], tf.float64)


def test_clipping(small, golden, compare):
    model, weights = small()
    wanted = golden("tgan_svc")
    for weight in weights.weights:
        name = weight.name.replace(".", "/")
        # The golden clipping followed a pass that moved the running variances.
        for key in (f"before/{name}", f"after/{name}" if name.endswith("avg_var") else ""):
            if key in wanted:
                weight.variable.assign(weight.convert(wanted[key].astype(np.float32)))
    model.after_step(4)
    kernel = model.critic.last.kernel
    assert np.linalg.norm(kernel.numpy()) > 1.5  # not yet
    model.after_step(5)
    checked = 0
    for weight in weights.weights:
        key = f"after/{weight.name.replace('.', '/')}"
        if key in wanted:
            compare(key, weight.original(weight.variable), wanted[key], 1, absolute=CLIPPING)
            checked += 1
    assert checked == 4 + 3 + 3  # kernels, gammas, running variances
    for index in (0, 1, 2, 4):
        layer = model.critic.main.get_layer(f"conv{index}") if index < 4 else model.critic.last
        matrix = layer.kernel.numpy().reshape(-1, layer.kernel.shape[-1])
        values = np.linalg.svd(matrix, compute_uv=False)
        np.testing.assert_allclose(values, wanted[f"sv_after/c{index}"], rtol=0, atol=CLIPPING)


def test_clipping_leaves_small_kernels_alone():
    kernel = np.random.default_rng(0).normal(size=(4, 4, 4, 3, 8)).astype(np.float32)
    kernel /= np.linalg.norm(kernel.reshape(-1, 8), 2) * 1.01
    np.testing.assert_array_equal(clip_singular_values(tf.constant(kernel)), kernel)
    clipped = clip_singular_values(tf.constant(kernel * 3)).numpy().reshape(-1, 8)
    assert np.linalg.norm(clipped, 2) == pytest.approx(1, abs=CLIPPING)
