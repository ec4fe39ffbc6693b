"""Tables of what a network file holds."""

from collections.abc import Iterator, Sequence

import numpy as np

from stylegan_tf.errors import InputError
from stylegan_tf.pickles.network_state import NetworkState

_NOT_TRAINED = ("lod", "dlatent_avg")


def describe(
    states: Sequence[NetworkState], role: str | None = None, variables: bool = False
) -> str:
    """Text about the networks of a file, as `read_pickle` gives them.

    Args:
      states: (G, D, Gs), or fewer.
      role: `G`, `D` or `Gs` for one of them; None for all.
      variables: one line a variable in place of one a layer.
    """
    roles = ("G", "D", "Gs") if len(states) == 3 else tuple(state.name for state in states)
    if role is not None and role not in roles:
        raise InputError(f"the file has no {role}; it has {', '.join(roles)}")
    parts = [
        "\n".join(_lines(label, state, variables))
        for label, state in zip(roles, states, strict=True)
        if role in (None, label)
    ]
    return "\n\n".join(parts)


def _lines(label: str, state: NetworkState, variables: bool) -> Iterator[str]:
    options = ", ".join(f"{key}={value!r}" for key, value in state.static_kwargs.items())
    yield f"{label}: {state.func} (version {state.version})"
    yield f"  options: {options or 'all as NVIDIA has them by default'}"
    yield f"  {'layer':<40}{'shape':<18}{'parameters':>14}"
    total = 0
    for path, part in _parts(state):
        for name, arrays in _groups(part, variables).items():
            count = sum(array.size for array in arrays.values())
            total += _trained(arrays)
            shape = _shape(arrays)
            yield f"  {path + name:<39} {shape:<18}{count:>14,}"
    yield f"  {'trained in all':<58}{total:>14,}"


def _parts(state: NetworkState, path: str = "") -> Iterator[tuple[str, NetworkState]]:
    yield path, state
    for role, component in state.components.items():
        yield from _parts(component, f"{path}{role}/")


def _groups(state: NetworkState, variables: bool) -> dict[str, dict[str, np.ndarray]]:
    groups: dict[str, dict[str, np.ndarray]] = {}
    for name, array in state.variables.items():
        layer = name if variables or "/" not in name else name.rpartition("/")[0]
        groups.setdefault(layer, {})[name] = array
    return groups


def _shape(arrays: dict[str, np.ndarray]) -> str:
    """The shape of a layer's weight, or of its largest array."""
    names = [name for name in arrays if name.rpartition("/")[2] in ("weight", "const")]
    array = arrays[names[0]] if names else max(arrays.values(), key=lambda array: array.size)
    return "×".join(map(str, array.shape)) or "scalar"


def _trained(arrays: dict[str, np.ndarray]) -> int:
    return sum(
        array.size
        for name, array in arrays.items()
        if name not in _NOT_TRAINED and not (name.startswith("noise") and "/" not in name)
    )
