"""The networks of NVIDIA's TensorFlow pickles: what `unpickle` gave, checked, as network states.

A further layout of pickle gets a file of this kind beside it, and a line in `reader`.
"""

from typing import Any

import numpy as np

from stylegan_tf.pickles.errors import PickleFormatError, UnsafePickleError
from stylegan_tf.pickles.network_state import NetworkState
from stylegan_tf.pickles.values import RawNetwork, settle

MAX_COMPONENT_DEPTH = 4  # official files have one level: G with its mapping and synthesis
# Version 5 also says what goes in and out, which the options say already.
_SHAPE_KEYS = ("input_shapes", "output_shapes", "input_names", "output_names")
_STATE_KEYS = ("version", "name", "static_kwargs", "build_module_src", "build_func_name")


def networks_of(value: Any) -> list[NetworkState]:
    """Checks what `unpickle` gave and turns it into network states."""
    value = settle(value)
    if isinstance(value, RawNetwork):
        return [_network_state(value, 0)]
    if not isinstance(value, tuple | list) or not 1 <= len(value) <= 3:
        raise PickleFormatError(
            "the pickle holds no networks; an official file has the tuple (G, D, Gs)"
        )
    networks = [settle(network) for network in value]
    if not all(isinstance(network, RawNetwork) for network in networks):
        raise PickleFormatError(
            "the pickle holds something else than networks; an official file has (G, D, Gs)"
            + (
                ". A dict of modules is a PyTorch pickle (StyleGAN2-ADA, StyleGAN3)"
                if isinstance(value, dict)
                else ""
            )
        )
    return [_network_state(network, 0) for network in networks]


def _network_state(network: RawNetwork, depth: int) -> NetworkState:
    if depth > MAX_COMPONENT_DEPTH:
        raise UnsafePickleError("networks within networks, deeper than any official file's")
    raw = network.state
    version = settle(raw.get("version"))
    if version not in (2, 3, 4, 5):
        raise PickleFormatError(f"network state version {version!r} is not known (2 to 5)")
    missing = [key for key in (*_STATE_KEYS, "variables") if key not in raw]
    if missing:
        raise PickleFormatError(f"the network's state lacks {missing[0]!r}")
    known = (*_STATE_KEYS, "variables", "components", *(_SHAPE_KEYS if version == 5 else ()))
    unknown = [key for key in raw if key not in known]
    if unknown:
        raise PickleFormatError(f"the network's state has an unknown part {unknown[0][:60]!r}")
    for key in ("name", "build_module_src", "build_func_name"):
        if not isinstance(raw[key], str):
            raise PickleFormatError(f"the network's {key} is not text")
    components = settle(raw.get("components", {}))
    if not isinstance(components, dict) or len(components) > 16:
        raise PickleFormatError("the network's components are not a dict of networks")
    states = {}
    for role, component in components.items():
        component = settle(component)
        if not isinstance(component, RawNetwork):
            raise PickleFormatError(f"the network's component {role[:60]!r} is not a network")
        states[role] = _network_state(component, depth + 1)
    return NetworkState(
        func=raw["build_func_name"].rpartition(".")[2],
        name=raw["name"],
        static_kwargs=_static_kwargs(settle(raw["static_kwargs"])),
        variables=_variables(settle(raw["variables"])),
        components=states,
        version=version,
        module_source=raw["build_module_src"],
    )


def _static_kwargs(kwargs: Any) -> dict[str, Any]:
    if not isinstance(kwargs, dict):
        raise PickleFormatError("the network's static_kwargs are not a dict")
    return {key: _option(key, value) for key, value in kwargs.items()}


def _option(key: str, value: Any) -> Any:
    value = settle(value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray) and value.size <= 4096:
        return value.tolist()
    if isinstance(value, list | tuple) and len(value) <= 64:
        rows = [settle(row) for row in value]
        if all(isinstance(row, int | float) for row in rows):
            return rows
        if all(
            isinstance(row, list | tuple)
            and len(row) <= 64
            and all(isinstance(number, int | float) for number in row)
            for row in rows
        ):
            return [list(row) for row in rows]
    raise PickleFormatError(
        f"the network's option {key[:60]!r} has a value of type {type(value).__name__}"
    )


def _variables(pairs: Any) -> dict[str, np.ndarray]:
    if not isinstance(pairs, list | tuple):
        raise PickleFormatError("the network's variables are not a list")
    variables: dict[str, np.ndarray] = {}
    for pair in pairs:
        if not isinstance(pair, tuple | list) or len(pair) != 2 or not isinstance(pair[0], str):
            raise PickleFormatError("the network's variables are not (name, value) pairs")
        name, value = pair[0], settle(pair[1])
        if not isinstance(value, np.ndarray | np.generic | int | float):
            raise PickleFormatError(f"the variable {name[:60]!r} is not an array")
        if name in variables:
            raise PickleFormatError(f"the variable {name[:60]!r} appears twice")
        variables[name] = value if isinstance(value, np.ndarray) else np.asarray(value)
    return variables
