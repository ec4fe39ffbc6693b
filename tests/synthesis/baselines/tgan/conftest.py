"""TGAN's golden network."""

import numpy as np
import pytest

from synthesis.baselines.tgan.training import TganOptions, TganTraining

LEAVES = ("gamma", "beta", "avg_mean", "avg_var")


@pytest.fixture
def small(golden_weights):
    """The golden network, `tgan.small`, and its weights by the original's names."""

    def build():
        training = TganTraining(TganOptions(width=32, critic_width=8))
        weights = golden_weights(LEAVES, bias="b", weight="W")
        stack = training.seed_generator.main
        for index in range(5):
            layer = stack.get_layer(f"deconv{index}")
            weights.conv(layer, f"FS.dc{index}", layer.kernel.shape[-1] * (2 if index else 1))
            if index < 4:
                weights.norm(stack.get_layer(f"norm{index}"), f"FS.bn{index}")
        generator = training.generator
        for tag, branch in (("s", generator.slow), ("f", generator.fast)):
            kernel = branch.get_layer("dense").kernel
            inputs, outputs = kernel.shape
            weights.add(f"VG.l0{tag}.W", kernel, (outputs, inputs), np.transpose, fan=inputs)
            weights.norm(branch.get_layer("norm"), f"VG.bn0{tag}")
        for index in range(1, 6):
            layer = generator.main.get_layer(f"deconv{index}")
            weights.conv(layer, f"VG.dc{index}", layer.kernel.shape[-1] * (4 if index < 5 else 9))
            if index < 5:
                weights.norm(generator.main.get_layer(f"norm{index}"), f"VG.bn{index}")
        critic = training.critic
        for index in range(5):
            layer = critic.main.get_layer(f"conv{index}") if index < 4 else critic.last
            weights.conv(layer, f"VD.c{index}", np.prod(layer.kernel.shape[:-1]))
            if 0 < index < 4:
                weights.norm(critic.main.get_layer(f"norm{index}"), f"VD.bn{index}")
        weights.fill("tgan.small")
        return training, weights

    return build
