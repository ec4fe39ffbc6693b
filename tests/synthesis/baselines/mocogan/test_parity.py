"""MoCoGAN against its authors' code."""

import numpy as np
import pytest
import tensorflow as tf

from synthesis.baselines.mocogan.training import to_float

FORWARD = 1e-5
STEP = 1e-4


def channels_first(videos):
    return np.asarray(videos).transpose(0, 4, 1, 2, 3)


@pytest.mark.parametrize("training", [False, True])
def test_forward_pass(small, noise_of, golden, compare, training):
    model, weights = small()
    wanted, suffix = golden("mocogan_forward"), "_train" if training else ""
    noise = noise_of("mocogan.small", 2, [2, 1])
    states = model.generator.motion(noise.motion, noise.state)
    states = tf.concat([noise.state[:, tf.newaxis], states], axis=1)
    compare("states", tf.transpose(states, [1, 0, 2]), wanted["out/hidden_states"], FORWARD)
    videos = model.videos(noise, training)
    compare("video", channels_first(videos), wanted[f"out/video{suffix}"], FORWARD)
    patches = model.image_critic(videos[:, 8], training=training)
    compare("patches", patches, wanted[f"out/image_logits{suffix}"], FORWARD)
    logit, categories = model.video_critic(videos, training=training)
    compare("logit", logit, wanted[f"out/video_logit{suffix}"], FORWARD)
    compare("categories", categories, wanted[f"out/category_logits{suffix}"], FORWARD)
    if training:
        for weight in weights.running():
            name = weight.name.replace(".", "/", 1)
            compare(name, weight.variable, wanted[f"after_train/{name}"], FORWARD)


def test_training_step(float64, small, noise_of, golden, compare, golden_value):
    # In float64: in float32 ReLU's kinks alone change the generator's gradients by 0.3 %.
    model, weights = small()
    wanted = golden("mocogan_step")

    def noise(name, count):
        return noise_of(f"step.{name}", count, wanted[f"in/step.{name}/category"], "float64")

    def float64_of(name, *axes):
        return tf.cast(to_float(wanted[name].transpose(0, *axes)), tf.float64)

    def check(tag, network, result):
        loss, gradients = result
        compare(f"loss {tag}", [loss], [wanted[f"out/loss_{tag}"]], STEP)
        for variable, gradient in zip(network.trainable_variables, gradients, strict=True):
            if variable is model.generator.recurrent.cell.bias:
                continue
            weight = weights.of(variable)
            key = f"grad/{weight.name.replace('.', '/', 1)}"
            compare(key, weight.original(gradient), wanted[key], STEP)

    image_noise, picks = noise("DI", 128), wanted["in/step.DI/j"]
    images = float64_of("in/real_images_uint8", 2, 3, 1)
    codes = model.frame_codes(image_noise, picks)
    check("DI", model.image_critic, model.update_image_critic(images, codes))
    videos = float64_of("in/real_videos_uint8", 2, 3, 4, 1)
    labels = wanted["in/real_categories"]
    video_noise = noise("DV", 3)
    check("DV", model.video_critic, model.update_video_critic(videos, labels, video_noise))
    image_noise, picks = noise("G_img", 128), wanted["in/step.G_img/j"]
    result = model.update_generator(image_noise, picks, noise("G_vid", 3))
    check("G", model.generator, result)
    for weight in weights.weights:
        key = f"after/{weight.name.replace('.', '/', 1)}"
        compare(key, weight.original(weight.variable), wanted[key], STEP)
    # The GRU's two biases are one variable of ours, gates swapped.
    for row, name in enumerate(("ih", "hh")):
        z, r, n = np.split(model.generator.recurrent.cell.bias.numpy()[row], 3)
        key = f"after/G/recurrent.bias_{name}"
        compare(key, np.concatenate([r, z, n]), wanted[key], STEP)
