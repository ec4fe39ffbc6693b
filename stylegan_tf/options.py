"""Static kwargs: which options each network function knows, and which of ours it becomes."""

import inspect
from collections.abc import Mapping
from typing import Any, TypeVar

from stylegan_tf.errors import InputError
from stylegan_tf.networks import (
    progan,
    progan_discriminator,
    stylegan,
    stylegan2,
    stylegan2_ada,
    stylegan2_ada_discriminator,
    stylegan2_discriminator,
    stylegan2_growing,
    stylegan2_growing_discriminator,
    stylegan_discriminator,
)
from stylegan_tf.networks.network import Network

AnyNetwork = TypeVar("AnyNetwork", bound=Network)

# NVIDIA's function name → our network. All StyleGANs have a `G_mapping`, so the networks inside a
# generator are looked up under the generator's own function; StyleGAN2's and StyleGAN2-ADA's is
# `G_main` for both, told apart by the version of the pickle's layout: see `family`.
ADA = "G_main of StyleGAN2-ADA"
ADA_VERSION = 5
GENERATORS: dict[str, type[progan.Generator]] = {"G_paper": progan.Generator}
SYNTHESES: dict[str, dict[str, type[Network]]] = {
    "G_main": {
        "G_synthesis_stylegan2": stylegan2.Synthesis,
        "G_synthesis_stylegan_revised": stylegan2_growing.Synthesis,
    },
    ADA: {"G_synthesis": stylegan2_ada.Synthesis},
    "G_style": {"G_synthesis": stylegan.Synthesis},
}
MAPPINGS: dict[str, dict[str, type[Network]]] = {
    "G_main": {"G_mapping": stylegan2.Mapping},
    ADA: {"G_mapping": stylegan2_ada.Mapping},
    "G_style": {"G_mapping": stylegan.Mapping},
}
DISCRIMINATORS: dict[str, type[Network]] = {
    "D_main": stylegan2_ada_discriminator.Discriminator,
    "D_stylegan2": stylegan2_discriminator.Discriminator,
    "D_stylegan": stylegan2_growing_discriminator.Discriminator,
    "D_basic": stylegan_discriminator.Discriminator,
    "D_paper": progan_discriminator.Discriminator,
}
# The version of the pickle's layout that goes with each top-level function.
VERSIONS = {
    "G_main": 4,
    "D_main": ADA_VERSION,
    "D_stylegan2": 4,
    "D_stylegan": 4,
    "G_style": 3,
    "D_basic": 3,
    "G_paper": 3,
    "D_paper": 3,
}

# Options of the wrapping functions themselves, with NVIDIA's defaults. Those of training (the
# moving average of W, style mixing, truncation in validation) change nothing in a finished network;
# they are kept and written back.
_TRAINING: dict[str, Any] = {
    "truncation_psi_val": None,
    "truncation_cutoff_val": None,
    "dlatent_avg_beta": 0.995,
    "style_mixing_prob": 0.9,
}
WRAPPERS: dict[str, dict[str, Any]] = {
    "G_main": {
        "truncation_psi": 0.5,
        "truncation_cutoff": None,
        "mapping_func": "G_mapping",
        "synthesis_func": "G_synthesis_stylegan2",
        **_TRAINING,
    },
    ADA: {
        "truncation_psi": 0.5,
        "truncation_cutoff": None,
        "mapping_func": "G_mapping",
        "synthesis_func": "G_synthesis",
        **_TRAINING,
    },
    "G_style": {"truncation_psi": 0.7, "truncation_cutoff": 8, **_TRAINING},
}
_OURS = ("self", "dtype", "values", "seed", "name", "transposed_up_weights")


def family(func: str, version: int) -> str:
    """The key of a generator function in `SYNTHESES`, `MAPPINGS` and `WRAPPERS`."""
    return ADA if func == "G_main" and version >= ADA_VERSION else func


def options_of(network_class: type[Network]) -> list[str]:
    """The official options that a network knows, apart from `dtype`."""
    names = inspect.signature(network_class.__init__).parameters
    return [name for name in names if name not in _OURS]


def pick_options(network_class: type[Network], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Those of `kwargs` that the network knows."""
    return {name: kwargs[name] for name in options_of(network_class) if name in kwargs}


def refuse_unknown_options(func: str, kwargs: Mapping[str, Any], known: set[str]) -> None:
    """Raises InputError for an option that nothing of `func` understands."""
    for name in kwargs:
        if name not in known:
            raise InputError(f"{func} has no option {name!r}; it knows {', '.join(sorted(known))}")


def find_network(classes: Mapping[str, type[AnyNetwork]], func: str) -> type[AnyNetwork]:
    """The network of a function name; raises InputError if there is none."""
    if func not in classes:
        raise InputError(f"the network function {func!r} is not known; known: {', '.join(classes)}")
    return classes[func]


def compute_policy(kwargs: Mapping[str, Any]) -> str:
    """The Keras dtype policy of the option `dtype`, the precision of activations."""
    dtype = kwargs.get("dtype", "float32")
    if dtype not in ("float32", "float16"):
        raise InputError(f"the option dtype must be float32 or float16, not {dtype!r}")
    return "float32" if dtype == "float32" else "mixed_float16"
