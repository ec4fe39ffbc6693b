import numpy as np
import pytest
import tensorflow as tf

from synthesis.baselines.dvdgan.discriminators import SpatialCritic, TemporalCritic
from synthesis.baselines.dvdgan.generator import (
    ConditionalNormalization,
    DvdganGenerator,
    GeneratorBlock,
)
from synthesis.baselines.dvdgan.training import DvdganOptions, DvdganTraining


def one_hot(*labels):
    return tf.one_hot(labels, 2)


def test_gain_and_bias_follow_the_condition():
    layer = ConditionalNormalization(3)
    x = tf.random.stateless_normal([4, 2, 2, 3], [0, 0])  # two clips of two frames
    condition = tf.constant([[1.0, 0.0], [0.0, 1.0]])
    y = layer(x, condition, training=True)
    plain = (x - tf.reduce_mean(x, [0, 1, 2])) / tf.math.reduce_std(x, [0, 1, 2])
    gain, bias = 1 + layer.gain(condition), layer.bias(condition)
    for frame in range(4):
        wanted = plain[frame] * gain[frame // 2] + bias[frame // 2]
        np.testing.assert_allclose(y[frame], wanted, atol=1e-3)


def test_blocks_double():
    block = GeneratorBlock(4, 2, upsample=True)
    assert block(tf.zeros([3, 4, 4, 4]), tf.zeros([1, 6])).shape == (3, 8, 8, 2)
    assert GeneratorBlock(4, 4, upsample=False).skip is None


@pytest.fixture(scope="module")
def training():
    tf.keras.utils.set_random_seed(0)
    return DvdganTraining(
        DvdganOptions(frames=4, classes=2, width=1, critic_width=1, code_size=8, batch_size=2)
    )


def test_clips_of_any_length(training):
    assert training.generate([1, 2]).shape == (2, 4, 64, 64, 3)
    clips = training.generate([1, 2], labels=[0, 1], frames=6)
    assert clips.shape == (2, 6, 64, 64, 3)
    assert np.abs(clips).max() <= 1
    one = training.generate([2], labels=[1], frames=6)
    np.testing.assert_allclose(one[0], clips[1], atol=1e-5)  # a seed's clip, whatever the batch
    other = training.generate([2], labels=[0], frames=6)
    assert np.abs(one - other).max() > 1e-6


def test_critics_sum_over_frames(training):
    frames = tf.random.stateless_normal([2, 3, 64, 64, 3], [0, 1])
    classes = one_hot(0, 1)
    alone = [training.spatial(frames[:, k : k + 1], classes) for k in range(3)]
    np.testing.assert_allclose(training.spatial(frames, classes), sum(alone), rtol=1e-4)
    videos = tf.random.stateless_normal([2, 8, 64, 64, 3], [0, 2])
    assert training.temporal(videos, classes).shape == (2,)
    backwards = training.temporal(videos[:, ::-1], classes)
    assert np.abs(backwards - training.temporal(videos, classes)).max() > 1e-6
    swapped = training.spatial(frames, one_hot(1, 0))
    assert np.abs(swapped - training.spatial(frames, classes)).max() > 1e-6


def test_a_step_updates_all_and_the_average(training):
    before = {name: network.get_weights() for name, network in training.networks.items()}
    clips = tf.cast(
        tf.random.stateless_uniform([4, 4, 64, 64, 3], [0, 3], 0, 256, tf.int32), tf.uint8
    )
    losses = training.step(
        {"videos": clips, "labels": tf.constant([0, 1, 0, 1])}, tf.constant([0, 0])
    )
    assert set(losses) == {"spatial", "temporal", "generator"}
    assert all(np.isfinite(loss) for loss in losses.values())
    for name in ("generator", "spatial", "temporal"):
        after = training.networks[name].get_weights()
        assert any((a != b).any() for a, b in zip(after, before[name], strict=True)), name
    assert int(training.optimizers["spatial"].iterations) == 2
    assert int(training.optimizers["generator"].iterations) == 1
    training.after_step(1)
    generator, average = training.generator, training.average
    index = next(i for i, v in enumerate(generator.variables) if v.trainable)
    wanted = 0.9999 * before["average"][index] + 1e-4 * generator.variables[index].numpy()
    np.testing.assert_allclose(average.variables[index], wanted, rtol=1e-5, atol=1e-7)


def test_hinge_losses(training, monkeypatch):
    scores = iter([tf.constant([2.0, 0.5]), tf.constant([-2.0, 0.5])] * 2)

    def judge(name, videos, classes, key):
        weight = training.networks[name].trainable_variables[0].value
        return next(scores) + 0 * tf.reduce_sum(weight)

    monkeypatch.setattr(training, "_judge", judge)
    clips = tf.zeros([2, 4, 64, 64, 3])
    drawn = training._draw(tf.constant([0, 0]), 2)
    monkeypatch.setattr(training, "descend", lambda name, gradients: None)
    losses = training.update_critics(clips, one_hot(0, 1), *drawn)
    # max(0, 1 − real): 0, 0.5; max(0, 1 + fake): 0, 1.5
    assert float(losses["spatial"]) == pytest.approx(0.25 + 0.75)
    assert float(losses["temporal"]) == pytest.approx(0.25 + 0.75)


def test_the_papers_size_at_128():
    generator = DvdganGenerator(128, 4, 2, 1, 8)
    assert generator(tf.zeros([1, 8]), one_hot(0), frames=1).shape == (1, 1, 128, 128, 3)
    assert SpatialCritic(128, 2, 1)(tf.zeros([1, 2, 128, 128, 3]), one_hot(1)).shape == (1,)
    assert TemporalCritic(128, 2, 1)(tf.zeros([1, 4, 128, 128, 3]), one_hot(1)).shape == (1,)
