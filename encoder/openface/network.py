"""OpenFace's nn4.small2 as a Keras network, built from the modules of a Lua Torch file.

The published nn4.small2.v1.t7 was trained with a definition that has changed since, so nothing here
states the architecture: kernels, strides, paddings and poolings are those of the file's modules.
The network is FaceNet's (Schroff et al. 2015) cut down by OpenFace's authors.
"""

import math
import os
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras import ops

from encoder.openface.torch7_file import Torch7FileError, Torch7Module, read_torch7_file

INPUT_SIZE = 96
DESCRIPTOR_SIZE = 128
MAX_MODULES = 1000  # nn4.small2 has 150; a file may name one module over and over


def load_openface_network(path: str | os.PathLike[str]) -> keras.Model:
    """Builds the network of a Lua Torch file.

    Args:
      path: nn4.small2.v1.t7 or another of its form.

    Returns:
      A model from float32 RGB `[n, 96, 96, 3]` in [0, 1] to descriptors `[n, 128]` of length 1.

    Raises:
      Torch7FileError: not such a file, or a network of other modules, inputs or outputs.
    """
    root = read_torch7_file(path)
    try:
        return build_network(root)
    except Torch7FileError as error:
        raise Torch7FileError(f"{path} {error}") from None


def build_network(root: Any) -> keras.Model:
    """The network of a `Torch7Module`; see `load_openface_network`. Messages lack a file name."""
    if not isinstance(root, Torch7Module):
        raise Torch7FileError("holds no network of nn")
    inputs = keras.Input([INPUT_SIZE, INPUT_SIZE, 3])
    outputs = _Builder().apply(root, inputs)
    if tuple(outputs.shape) != (None, DESCRIPTOR_SIZE):
        raise Torch7FileError(
            f"holds a network with outputs {tuple(outputs.shape[1:])}, not ({DESCRIPTOR_SIZE},)"
        )
    return keras.Model(inputs, outputs, name="openface")


class _Builder:
    """Turns modules into Keras layers, each applied to the output of the one before."""

    def __init__(self) -> None:
        self._modules = 0
        self._appliers: dict[str, Callable[[Torch7Module, Any], Any]] = {
            "Sequential": self._sequential,
            "Inception": self._sequential,  # a decorator around one DepthConcat
            "SpatialLPPooling": self._sequential,  # Square, average, MulConstant, Sqrt
            "DepthConcat": self._depth_concat,
            "SpatialConvolution": _convolve,
            "SpatialConvolutionMM": _convolve,
            "SpatialBatchNormalization": _normalize_batch,
            "ReLU": _relu,
            "SpatialMaxPooling": _pool,
            "SpatialAveragePooling": _pool,
            "SpatialCrossMapLRN": _normalize_response,
            "Square": lambda module, x: x * x,
            "Sqrt": lambda module, x: ops.sqrt(x),
            "MulConstant": lambda module, x: x * _number(module, "constant_scalar"),
            "Reshape": _reshape,
            "View": _reshape,
            "Linear": _linear,
            "Normalize": _normalize_length,
        }

    def apply(self, module: Any, x: Any) -> Any:
        self._modules += 1
        if self._modules > MAX_MODULES:
            raise Torch7FileError(f"holds a network of more than {MAX_MODULES} modules")
        if not isinstance(module, Torch7Module):
            raise Torch7FileError("holds a network with something in it that is no module")
        if module.kind not in self._appliers:
            raise Torch7FileError(
                f"holds a network with a module nn.{module.kind[:60]}, which nn4.small2 has not"
            )
        return self._appliers[module.kind](module, x)

    def _sequential(self, module: Torch7Module, x: Any) -> Any:
        for part in _parts(module):
            x = self.apply(part, x)
        return x

    def _depth_concat(self, module: Torch7Module, x: Any) -> Any:
        """Branches side by side; smaller maps are padded with zeros, centrally, to the largest."""
        _whole(module, "dimension", 2, 2)  # channels, counted from 1 after the batch
        branches = [self.apply(part, x) for part in _parts(module)]
        if any(len(branch.shape) != 4 for branch in branches):
            raise Torch7FileError("joins branches that are no maps in an nn.DepthConcat")
        height, width = (max(branch.shape[axis] for branch in branches) for axis in (1, 2))
        padded = []
        for branch in branches:
            missing = [height - branch.shape[1], width - branch.shape[2]]
            # nn.DepthConcat: floor of half the difference goes before.
            pads = [[0, 0], *([half // 2, half - half // 2] for half in missing), [0, 0]]
            padded.append(ops.pad(branch, pads) if any(missing) else branch)
        return ops.concatenate(padded, axis=-1)


def _convolve(module: Torch7Module, x: Any) -> Any:
    kernel = _whole(module, "kH"), _whole(module, "kW")
    stride = _whole(module, "dH"), _whole(module, "dW")
    inputs, outputs = _whole(module, "nInputPlane"), _whole(module, "nOutputPlane")
    if len(x.shape) != 4 or x.shape[-1] != inputs:
        raise Torch7FileError(f"feeds {tuple(x.shape[1:])} to a convolution of {inputs} channels")
    x = ops.pad(x, _pads(module)) if np.any(_pads(module)) else x
    if x.shape[1] < kernel[0] or x.shape[2] < kernel[1]:
        raise Torch7FileError(f"feeds {tuple(x.shape[1:])} to a convolution of kernel {kernel}")
    # SpatialConvolutionMM keeps [out, in·kH·kW], SpatialConvolution [out, in, kH, kW].
    weight = _array(module, "weight", outputs * inputs * kernel[0] * kernel[1])
    bias = _array(module, "bias", outputs)
    layer = keras.layers.Conv2D(outputs, kernel, stride, "valid")
    x = layer(x)
    layer.set_weights([weight.reshape(outputs, inputs, *kernel).transpose(2, 3, 1, 0), bias])
    return x


def _normalize_batch(module: Torch7Module, x: Any) -> Any:
    """Batch normalisation by running statistics, with which the network is only ever used.

    Files of before February 2016 (version 1) keep the inverse deviation, 1/√(var + eps).
    """
    channels = x.shape[-1]
    mean = _array(module, "running_mean", channels).astype(np.float64)
    if "running_std" in module.fields:
        scale = _array(module, "running_std", channels).astype(np.float64)
    else:
        variance = _array(module, "running_var", channels).astype(np.float64)
        if (variance < 0).any():
            raise Torch7FileError("holds a negative running_var")
        scale = 1 / np.sqrt(variance + _number(module, "eps"))
    shift = -mean * scale
    if module.fields.get("weight") is not None:
        gamma = _array(module, "weight", channels)
        scale, shift = scale * gamma, shift * gamma + _array(module, "bias", channels)
    return x * scale.astype(np.float32) + shift.astype(np.float32)


def _relu(module: Torch7Module, x: Any) -> Any:
    if (_number(module, "threshold"), _number(module, "val")) != (0, 0):
        raise Torch7FileError("holds an nn.ReLU with a threshold")
    return ops.relu(x)


def _pool(module: Torch7Module, x: Any) -> Any:
    kernel = _whole(module, "kH"), _whole(module, "kW")
    stride = _whole(module, "dH"), _whole(module, "dW")
    if module.fields.get("ceil_mode"):
        raise Torch7FileError(f"holds an nn.{module.kind} with ceil_mode, which nn4.small2 has not")
    if len(x.shape) != 4:
        raise Torch7FileError(f"feeds {tuple(x.shape[1:])} to a pooling")
    pads = _pads(module)
    mode = "average" if module.kind == "SpatialAveragePooling" else "max"
    if np.any(pads):
        if mode == "average":
            raise Torch7FileError("holds an average pooling with padding, which nn4.small2 has not")
        x = ops.pad(x, pads, constant_values=-math.inf)
    if x.shape[1] < kernel[0] or x.shape[2] < kernel[1]:
        raise Torch7FileError(f"feeds {tuple(x.shape[1:])} to a pooling of kernel {kernel}")
    pool = ops.average_pool if mode == "average" else ops.max_pool
    return pool(x, kernel, stride, "valid")


def _normalize_response(module: Torch7Module, x: Any) -> Any:
    """Local response normalisation: x · (k + alpha/size · Σ x²)^−beta over `size` channels."""
    size = _whole(module, "size", 1, 99)
    if size % 2 == 0:
        raise Torch7FileError(f"holds a response normalisation over {size} channels; it is even")
    alpha, beta, k = (_number(module, name) for name in ("alpha", "beta", "k"))
    half = size // 2
    squares = ops.pad(x * x, [[0, 0], [0, 0], [0, 0], [half, half]])
    total = sum(squares[..., start : start + x.shape[-1]] for start in range(size))
    return x * (k + total * (alpha / size)) ** -beta


def _reshape(module: Torch7Module, x: Any) -> Any:
    """Reshape and View keep the numbers in Torch's order, channels before rows and columns."""
    size = module.fields.get("size")
    if not isinstance(size, np.ndarray) or size.dtype.kind != "i" or not 0 < size.size <= 3:
        raise Torch7FileError(f"holds an nn.{module.kind} without a size")
    target = [int(side) for side in size]
    if len(x.shape) == 4:
        x = ops.transpose(x, [0, 3, 1, 2])
    if math.prod(target) != math.prod(x.shape[1:]) or min(target) < 1:
        raise Torch7FileError(f"reshapes {tuple(x.shape[1:])} to {tuple(target)}")
    x = ops.reshape(x, [-1, *target])
    return ops.transpose(x, [0, 2, 3, 1]) if len(target) == 3 else x


def _linear(module: Torch7Module, x: Any) -> Any:
    weight = module.fields.get("weight")
    if not isinstance(weight, np.ndarray) or weight.ndim != 2 or len(x.shape) != 2:
        raise Torch7FileError("holds an nn.Linear without a matrix, or feeds maps to it")
    outputs = weight.shape[0]
    weight = _array(module, "weight", outputs * x.shape[1])
    layer = keras.layers.Dense(outputs)
    x = layer(x)
    layer.set_weights([weight.T, _array(module, "bias", outputs)])
    return x


def _normalize_length(module: Torch7Module, x: Any) -> Any:
    if _number(module, "p") != 2:
        raise Torch7FileError("holds an nn.Normalize of another norm than 2")
    eps = _number(module, "eps")
    return x / ops.sqrt(ops.sum(x * x, axis=-1, keepdims=True) + eps)


def _parts(module: Torch7Module) -> list[Any]:
    """The modules inside one, in their order."""
    table = module.fields.get("modules")
    if not isinstance(table, dict) or not table:
        raise Torch7FileError(f"holds an nn.{module.kind} without modules")
    keys = [float(number) for number in range(1, len(table) + 1)]
    if any(key not in table for key in keys):
        raise Torch7FileError(f"holds an nn.{module.kind} whose modules are not numbered from 1")
    return [table[key] for key in keys]


def _pads(module: Torch7Module) -> list[list[int]]:
    """Zero rows and columns around a map [n, h, w, c], for `keras.ops.pad`."""
    rows = _whole(module, "padH", 0, _whole(module, "kH") // 2)
    columns = _whole(module, "padW", 0, _whole(module, "kW") // 2)
    return [[0, 0], [rows, rows], [columns, columns], [0, 0]]


def _whole(module: Torch7Module, name: str, least: int = 1, most: int = 4096) -> int:
    value = _number(module, name)
    if value != math.floor(value) or not least <= value <= most:
        raise Torch7FileError(
            f"holds an nn.{module.kind} with {name} {value:g}; it must be a whole number from "
            f"{least} to {most}"
        )
    return int(value)


def _number(module: Torch7Module, name: str) -> float:
    value = module.fields.get(name)
    if not isinstance(value, float) or not math.isfinite(value):
        raise Torch7FileError(f"holds an nn.{module.kind} without a number {name}")
    return value


def _array(module: Torch7Module, name: str, elements: int) -> np.ndarray:
    """A field as float32, in the shape the file gives it; it must have so many elements."""
    value = module.fields.get(name)
    if not isinstance(value, np.ndarray) or value.size != elements:
        raise Torch7FileError(f"holds an nn.{module.kind} whose {name} has not {elements} numbers")
    array = value.astype(np.float32)
    if not np.isfinite(array).all():
        raise Torch7FileError(f"holds an nn.{module.kind} whose {name} is not finite")
    return array
