"""Networks as Keras files: a folder of `.keras` models or `.weights.h5` files, with an index."""

import dataclasses
import os
import pathlib
from collections.abc import Iterator
from typing import Any

import keras

from stylegan_tf.discriminator import Discriminator
from stylegan_tf.errors import InputError
from stylegan_tf.files.json_files import read_json, write_json
from stylegan_tf.files.keras_archives import save_model
from stylegan_tf.generator import Generator
from stylegan_tf.network_file import Networks
from stylegan_tf.networks.network import Network
from stylegan_tf.pickles.network_state import NetworkState
from stylegan_tf.progan_generator import ProganGenerator

INDEX = "networks.json"
FORMAT = 1


def save_keras(folder: str | os.PathLike, nets: Networks, weights_only: bool = False) -> None:
    """Writes each Keras model of the networks and an index of what they are.

    Args:
      folder: where to; made if missing.
      nets: what `load_networks` gave.
      weights_only: `.weights.h5` files in place of whole `.keras` models.
    """
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    entries = []
    suffix = ".weights.h5" if weights_only else ".keras"
    for role, network in nets.present().items():
        state = network.to_state()
        entry: dict[str, Any] = {"role": role, "file": f"{role}{suffix}", **_header(state)}
        if state.components:
            entry["components"] = {
                part: {"file": f"{role}_{part}{suffix}", **_header(component)}
                for part, component in state.components.items()
            }
        for file, model in _models(entry, network):
            if weights_only:
                model.save_weights(folder / file)
            else:
                save_model(model, folder / file)
        entries.append(entry)
    write_json(folder / INDEX, {"format": FORMAT, "networks": entries}, indent=1)


def load_keras(folder: str | os.PathLike) -> Networks:
    """Reads a folder that `save_keras` wrote.

    Raises:
      InputError: the folder or a file of it is not what `save_keras` writes.
    """
    folder = pathlib.Path(folder)
    if not (folder / INDEX).is_file():
        raise InputError(f"{folder} holds no {INDEX}: it is no folder of Keras networks")
    try:
        index: Any = read_json(folder / INDEX)
        if index["format"] != FORMAT:
            raise InputError(f"{folder / INDEX} is of format {index['format']}, not {FORMAT}")
        entries = index["networks"]
        states = [_fresh_state(entry) for entry in entries]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{folder / INDEX} is damaged: {error}") from None
    nets = Networks(states, str(folder))
    for entry, network in zip(entries, nets.present().values(), strict=True):
        for file, model in _models(entry, network):
            if pathlib.PurePath(file).name != file:
                raise InputError(f"{folder / INDEX} names {file[:100]!r}, outside its folder")
            _load_into(model, folder / file)
    return nets


def _load_into(model: Network, path: pathlib.Path) -> None:
    try:
        if path.name.endswith(".weights.h5"):
            model.load_weights(path)
            return
        theirs = keras.models.load_model(path).variables_by_name
        for name, variable in model.variables_by_name.items():
            variable.assign(theirs[name])
    except (OSError, ValueError, KeyError, AttributeError) as error:
        first = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise InputError(f"{path} does not hold the network that {INDEX} says: {first}") from error


def _header(state: NetworkState) -> dict:
    kept = ("func", "name", "static_kwargs", "version", "module_source")
    return {key: getattr(state, key) for key in kept}


def _fresh_state(entry: dict) -> NetworkState:
    known = {field.name for field in dataclasses.fields(NetworkState)} - {"components"}
    components = {part: _fresh_state(sub) for part, sub in entry.get("components", {}).items()}
    return NetworkState(
        **{key: value for key, value in entry.items() if key in known}, components=components
    )


def _models(
    entry: dict[str, Any], network: Generator | ProganGenerator | Discriminator
) -> Iterator[tuple[str, Network]]:
    """The file and the Keras model of each part of a network."""
    if isinstance(network, Generator):
        yield entry["file"], network.wrapper
        for part, sub in entry["components"].items():
            yield sub["file"], getattr(network, part)
    else:
        yield entry["file"], network.network
