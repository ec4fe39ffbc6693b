"""Puts the distilled generator into the official form: a pickle of (G, D, Gs)."""

import os
from collections.abc import Mapping
from typing import Any

import numpy as np

from encoder.rendered_faces.head.learning.codes import (
    HIDDEN_SIZE,
    LATENT_SIZE,
    mapping_weights,
    vectors_from_z,
    w_from_vectors,
)
from encoder.rendered_faces.head.learning.stages import SYNTHESIS_KWARGS
from stylegan_tf import Discriminator, Generator, save_networks
from stylegan_tf.networks.stylegan2 import Synthesis

_MAPPING_LRMUL = 0.01  # NVIDIA's default: the multiplier of what a pickle stores
_W_AVG_SAMPLES = 100_000
# The format wants a discriminator; distilling trains none, so it is as small as can be.
_DISCRIMINATOR_KWARGS: dict[str, Any] = {"fmap_base": 128, "fmap_max": 16, "fmap_min": 4}


def save_head_networks(
    path: str | os.PathLike,
    synthesis: Synthesis,
    seed: int,
    kwargs: Mapping[str, Any] = SYNTHESIS_KWARGS,
) -> None:
    """Writes the pickle.

    G and Gs are the same network, as there is no moving average; D has its initial weights.
    Weights are rounded to float16 precision, which halves the packed file.

    Args:
      path: the pickle, `.pkl` or `.pkl.xz`.
      synthesis: the network that `distil` returned.
      seed: of D's weights and of the sample that the average W is taken over.
      kwargs: what `synthesis` was made with.
    """
    shape: dict[str, Any] = {"resolution": synthesis.resolution, "num_channels": 3}
    Gs = Generator.create(
        "G_main", name="Gs", mapping_layers=2, mapping_fmaps=HIDDEN_SIZE, seed=seed, **shape,
        **kwargs,
    )  # fmt: skip
    variables = Gs.variables_by_name
    for name, value in _mapping_variables().items():
        variables[f"mapping/{name}"].assign(value)
    for name, value in _synthesis_variables(synthesis).items():
        variables[f"synthesis/{name}"].assign(value)
    z = np.random.default_rng(seed).normal(size=(_W_AVG_SAMPLES, LATENT_SIZE))
    variables["dlatent_avg"].assign(w_from_vectors(vectors_from_z(z)).mean(axis=0))
    G = Generator(Gs.to_state())
    G.name = "G"
    D = Discriminator.create("D_stylegan2", seed=seed, **shape, **_DISCRIMINATOR_KWARGS)
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
    return {name: _round(value) for name, value in stored.items()}


def _synthesis_variables(synthesis: Synthesis) -> dict[str, np.ndarray]:
    return {name: _round(v.numpy()) for name, v in synthesis.variables_by_name.items()}


def _round(value: np.ndarray) -> np.ndarray:
    return value.astype(np.float16).astype(np.float32)
