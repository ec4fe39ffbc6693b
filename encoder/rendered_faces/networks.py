"""Puts the distilled generator into the official form: a pickle of (G, D, Gs)."""

import os
from typing import Any

import numpy as np

from encoder.embedding.latents import W_SIZE
from encoder.rendered_faces.codes import (
    HIDDEN_SIZE,
    W_OFFSET,
    mapping_weights,
    vectors_from_z,
    w_from_vectors,
)
from encoder.rendered_faces.distillation import SYNTHESIS_KWARGS
from stylegan_tf import Discriminator, Generator, save_networks
from stylegan_tf.networks.stylegan2 import Synthesis

_MAPPING_LRMUL = 0.01  # NVIDIA's default: the multiplier of what a pickle stores
_W_AVG_SAMPLES = 100_000


def save_rendered_networks(path: str | os.PathLike, synthesis: Synthesis, seed: int) -> None:
    """Writes the pickle that ships with the package.

    G and Gs are the same network, as there is no moving average; D has its initial weights, as
    distilling trains none. Weights are rounded to float16 precision, which halves the file.

    Args:
        path: the pickle, `.pkl` or `.pkl.xz`.
        synthesis: the network that `distil` returned.
        seed: of D's weights and of the sample that the average W is taken over.
    """
    kwargs: dict[str, Any] = {
        "resolution": synthesis.resolution,
        "num_channels": 3,
        **SYNTHESIS_KWARGS,
    }
    Gs = Generator.create(
        "G_main", name="Gs", mapping_layers=2, mapping_fmaps=HIDDEN_SIZE, seed=seed, **kwargs
    )
    variables = Gs.variables_by_name
    for name, value in _mapping_variables().items():
        variables[f"mapping/{name}"].assign(value)
    for name, value in _synthesis_variables(synthesis).items():
        variables[f"synthesis/{name}"].assign(value)
    z = np.random.default_rng(seed).normal(size=(_W_AVG_SAMPLES, W_SIZE))
    variables["dlatent_avg"].assign(w_from_vectors(vectors_from_z(z)).mean(axis=0))
    G = Generator(Gs.to_state())
    G.name = "G"
    D = Discriminator.create("D_stylegan2", seed=seed, **kwargs)
    for variable in D.variables_by_name.values():
        variable.assign(_round(variable.numpy()))
    save_networks(path, (G, D, Gs))


def _mapping_variables() -> dict[str, np.ndarray]:
    """The closed-form mapping as a pickle stores it, before the equalised learning rate."""
    weights, stored = mapping_weights(), {}
    for layer in range(2):
        weight = weights[f"weight{layer}"]
        stored[f"Dense{layer}/weight"] = weight * np.sqrt(weight.shape[0]) / _MAPPING_LRMUL
        stored[f"Dense{layer}/bias"] = weights[f"bias{layer}"] / _MAPPING_LRMUL
    return {name: value.astype(np.float32) for name, value in stored.items()}


def _synthesis_variables(synthesis: Synthesis) -> dict[str, np.ndarray]:
    """The trained variables, with the styles' biases taking up the offset of W."""
    stored = {
        name: _round(variable.numpy()) for name, variable in synthesis.variables_by_name.items()
    }
    for name in stored:
        if name.endswith("/mod_bias"):
            weight = stored[name.replace("/mod_bias", "/mod_weight")].astype(np.float64)
            bias = stored[name] - W_OFFSET * weight.sum(axis=0) / np.sqrt(W_SIZE)
            stored[name] = bias.astype(np.float32)
    return stored


def _round(value: np.ndarray) -> np.ndarray:
    return value.astype(np.float16).astype(np.float32)
