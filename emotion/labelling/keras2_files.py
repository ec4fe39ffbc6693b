"""Sequential models in the HDF5 form that Keras wrote in 2017 and 2018.

Keras 3 does not read them (a Sequential's configuration was a plain list then), so the network is
built anew from what the file says of its layers, and the weights are put in.
"""

import os
from collections.abc import Iterable
from typing import Any

import h5py
import keras
import numpy as np

from stylegan_tf.errors import InputError
from stylegan_tf.files.json_files import parse_json


def read_sequential(path: str | os.PathLike) -> keras.Model:
    """Reads a network of convolutions, poolings, normalisation, dropout and dense layers.

    Raises:
        InputError: the file is no such model.
    """
    try:
        with h5py.File(path, "r") as file:
            config: Any = parse_json(file.attrs["model_config"], f"{path}: model_config")
            group = file.get("model_weights", file)
            weights = {
                _text(name): [group[_text(name)][_text(w)][()] for w in _names(group, name)]
                for name in group.attrs["layer_names"]
            }
    except InputError:
        raise
    except (OSError, KeyError, ValueError, TypeError, AttributeError) as error:
        raise InputError(f"{path} is not a Keras 2 model file: {error}") from error
    try:
        if config.get("class_name") != "Sequential":
            raise InputError(f"{path} holds a {config.get('class_name')}, not a Sequential model")
        layers = config["config"]
        layers = layers["layers"] if isinstance(layers, dict) else layers
        return _build(layers, weights)
    except InputError:
        raise
    except (KeyError, ValueError, TypeError, AttributeError, OverflowError) as error:
        raise InputError(f"{path} holds a network that cannot be rebuilt: {error}") from error


def _build(layers: Iterable[dict], weights: dict[str, list[np.ndarray]]) -> keras.Model:
    x = inputs = None
    for layer in layers:
        kind, config = layer["class_name"], layer["config"]
        if inputs is None:
            x = inputs = keras.Input(config["batch_input_shape"][1:])
        if kind == "InputLayer":
            continue
        if kind == "MaxPooling2D" and config["data_format"] == "channels_first":
            x = _pool_width_and_channels(x, config)
            continue
        if kind not in _LAYERS:
            raise ValueError(f"unknown layer {kind}")
        rebuilt = _LAYERS[kind](config)
        x = rebuilt(x)
        rebuilt.set_weights(weights.get(config["name"], []))
    return keras.Model(inputs, x)


def _pool_width_and_channels(x: keras.KerasTensor, config: dict) -> keras.KerasTensor:
    """A `channels_first` pooling on channels-last data: it takes height for the channels.

    EmoPy's networks were trained with that, so it stays. TensorFlow pools channels-last only on a
    CPU: height is moved to the end and back.
    """
    x = keras.layers.Permute((2, 3, 1))(x)
    x = keras.layers.MaxPooling2D(config["pool_size"], config["strides"], config["padding"])(x)
    return keras.layers.Permute((3, 1, 2))(x)


def _convolution(config: dict) -> keras.layers.Layer:
    if config["data_format"] != "channels_last":
        raise ValueError("a channels_first convolution")
    return keras.layers.Conv2D(
        config["filters"],
        config["kernel_size"],
        config["strides"],
        config["padding"],
        activation=config["activation"],
        use_bias=config["use_bias"],
    )


_LAYERS = {
    "Conv2D": _convolution,
    "MaxPooling2D": lambda config: keras.layers.MaxPooling2D(
        config["pool_size"], config["strides"], config["padding"]
    ),
    "BatchNormalization": lambda config: keras.layers.BatchNormalization(
        axis=config["axis"],
        epsilon=config["epsilon"],
        center=config["center"],
        scale=config["scale"],
    ),
    "Dropout": lambda config: keras.layers.Dropout(config["rate"]),
    "Flatten": lambda config: keras.layers.Flatten(),
    "Dense": lambda config: keras.layers.Dense(
        config["units"], activation=config["activation"], use_bias=config["use_bias"]
    ),
    "Activation": lambda config: keras.layers.Activation(config["activation"]),
}


def _names(group: h5py.Group, layer: str | bytes) -> np.ndarray:
    return group[_text(layer)].attrs["weight_names"]


def _text(name: str | bytes) -> str:
    return name.decode() if isinstance(name, bytes) else name
