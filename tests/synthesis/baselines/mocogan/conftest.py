"""MoCoGAN's golden network."""

import numpy as np
import pytest
import tensorflow as tf

from synthesis.baselines.mocogan.training import MocoganNoise, MocoganOptions, MocoganTraining

LEAVES = ("weight", "bias", "running_mean", "running_var")


def swap_gates(array):
    """PyTorch's gates r, z, n in rows → Keras' z, r, h in columns."""
    r, z, n = np.split(array, 3)
    return np.concatenate([z, r, n]).T


@pytest.fixture
def small(golden_weights, golden_value):
    """The golden network, `mocogan.small`, and its weights by the original's names."""

    def build():
        training = MocoganTraining(MocoganOptions(width=8))
        generator, weights = training.generator, golden_weights(LEAVES)
        for index in range(5):
            layer = generator.main.get_layer(f"deconv{index}")
            inputs = layer.kernel.shape[-1]
            weights.conv(layer, f"G.main.{3 * index}", inputs * (4 if index else 1))
            if index < 4:
                weights.norm(generator.main.get_layer(f"norm{index}"), f"G.main.{3 * index + 1}")
        cell, size = generator.recurrent.cell, generator.motion_size
        for name, kernel in (("ih", cell.kernel), ("hh", cell.recurrent_kernel)):
            weights.add(
                f"G.recurrent.weight_{name}", kernel, (3 * size, size), swap_gates, fan=size, gain=1
            )
        for tag, critic, places in (
            ("DI", training.image_critic, (1, 4, 8, 12)),
            ("DV", training.video_critic, (1, 4, 8, 12, 15)),
        ):
            for index, place in enumerate(places):
                layer = critic.main.get_layer(f"conv{index}")
                weights.conv(layer, f"{tag}.main.{place}", np.prod(layer.kernel.shape[:-1]))
                if 0 < index < len(places) - 1:
                    weights.norm(critic.main.get_layer(f"norm{index}"), f"{tag}.main.{place + 1}")
        weights.fill("mocogan.small")
        biases = [
            golden_value(f"mocogan.small.G.recurrent.bias_{name}", (3 * size,), "small")
            for name in ("ih", "hh")
        ]
        cell.bias.assign(np.stack([swap_gates(bias) for bias in biases]))
        return training, weights

    return build


@pytest.fixture
def noise_of(golden_value):
    """`noise_of("step.DV", 3, categories)` → what the golden data's clips are made from."""

    def draw(prefix, count, categories, dtype="float32"):
        def normal(name, *shape):
            return golden_value(f"{prefix}.{name}", shape, "normal")

        return MocoganNoise(
            tf.constant(normal("content", count, 50), dtype),
            tf.constant(categories, tf.int32),
            tf.constant(normal("h0", count, 10), dtype),
            tf.constant(normal("e", 16, count, 10).transpose(1, 0, 2), dtype),
        )

    return draw
