"""Coarse embedding: a network that predicts the latent from the image (thesis 2.6, 4.1)."""

import os
import pathlib
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from encoder.coarse.files import find_encoder
from encoder.embedding.perceptual import IMAGENET_BGR
from encoder.embedding.result import Embedding
from encoder.images import check_image, resize_image
from stylegan_tf.errors import InputError
from stylegan_tf.files.arrays import read_arrays
from stylegan_tf.files.json_files import format_json, parse_json
from stylegan_tf.files.whole_files import write_atomically
from stylegan_tf.numbers import check_values

# "resnet50" is the thesis' (2.6; He et al. 2015). "small" has an eighth of its size and keeps
# where things are: it flattens the last features, where a ResNet-50 averages over the image.
BACKBONES = ("resnet50", "small")
INPUT_SIZE = 256
_SMALL_CHANNELS = (32, 64, 96, 128, 128)  # each block halves the image
_FORMAT = "coarse-encoder-1"


class CoarseEncoder:
    """Maps images to latents of one generator in real time.

    Attributes:
      backbone: one of BACKBONES.
      input_size: side of the images the network sees.
      num_layers: L of the latents.
      network: the Keras model: float32 [n, S, S, 3] in [-1, 1] → [n, L, 512], in standard
        deviations of W from its mean.
    """

    def __init__(
        self,
        num_layers: int,
        w_avg: np.ndarray,
        w_std: np.ndarray,
        backbone: str = "resnet50",
        input_size: int = INPUT_SIZE,
        weights: str | None = None,
    ) -> None:
        """Builds the network with fresh weights.

        Args:
          num_layers: the generator's number of layers.
          w_avg: mean of W, [512].
          w_std: standard deviation of W, [512].
          backbone: "resnet50" or "small".
          input_size: a power of two, 32 or more.
          weights: None, or "imagenet" for a ResNet-50 that starts from ImageNet weights.

        Raises:
          InputError: a wrong argument, or ImageNet weights that cannot be had.
        """
        if backbone not in BACKBONES:
            raise InputError(f"unknown backbone {backbone!r}; choose one of {', '.join(BACKBONES)}")
        if input_size < 32 or input_size & (input_size - 1):
            raise InputError(f"input_size must be a power of two, 32 or more, not {input_size}")
        if weights not in (None, "imagenet"):
            raise InputError(f"unknown backbone weights {weights!r}; give imagenet or none")
        if weights and backbone != "resnet50":
            raise InputError("only the backbone resnet50 has ImageNet weights")
        self.backbone = backbone
        self.input_size = input_size
        self.num_layers = num_layers
        self.w_avg = np.asarray(w_avg, np.float32)
        self.w_std = np.asarray(w_std, np.float32)
        self.network = _network(backbone, input_size, num_layers, len(self.w_avg), weights)
        self._predict = tf.function(
            lambda images: self.latents(self.network(images, training=False)),
            autograph=False,
            input_signature=[tf.TensorSpec([None, input_size, input_size, 3])],
        )

    def latents(self, outputs: tf.Tensor) -> tf.Tensor:
        """What the network gives, [n, L, 512], as latents."""
        return outputs * self.w_std + self.w_avg

    def encode(self, images: Sequence[np.ndarray]) -> np.ndarray:
        """Predicts latents, float32 [n, L, 512].

        Args:
          images: aligned faces, uint8 RGB [S, S, 3] each, of any size.
        """
        side = self.input_size
        small = [resize_image(check_image(image), side, side) for image in images]
        return self._predict(np.stack(small).astype(np.float32) / 127.5 - 1).numpy()

    def embed(self, images: Sequence[np.ndarray]) -> list[Embedding]:
        """As `encode`, in the form of `LatentOptimizer.optimize`, without losses."""
        nothing = np.zeros(0, np.float32)
        return [Embedding(latent, nothing, 0, {}) for latent in self.encode(images)]

    def save(self, path: str | os.PathLike) -> None:
        """Writes the encoder into one .npz file, its kernels in half precision."""
        path = pathlib.Path(path)
        if path.suffix != ".npz":
            raise InputError(f"an encoder file ends in .npz: {path}")
        options = {
            "format": _FORMAT,
            "backbone": self.backbone,
            "input_size": self.input_size,
            "num_layers": self.num_layers,
        }
        arrays: dict[str, Any] = {
            f"weight_{i:03d}": _to_stored(w) for i, w in enumerate(self.network.weights)
        }
        with write_atomically(path) as temporary:
            np.savez(
                temporary,
                options=format_json(options, indent=None),
                w_avg=self.w_avg,
                w_std=self.w_std,
                **arrays,
            )

    @classmethod
    def load(
        cls,
        path_or_name: str | os.PathLike,
        num_layers: int | None = None,
        w_size: int | None = None,
    ) -> "CoarseEncoder":
        """Reads what `save` wrote.

        Args:
          path_or_name: the file, or "rendered-faces" for the encoder that ships.
          num_layers: the number of layers of the generator that the latents are for, if known.
          w_size: the width of its W, `dlatent_size`, if known.

        Raises:
          InputError: no such file, not an encoder, or one for another generator.
        """
        path = find_encoder(path_or_name)
        try:
            arrays = read_arrays(path)
        except InputError as error:
            raise InputError(f"{path} is not an encoder file: {error}") from None
        try:
            options = parse_json(str(arrays["options"]), f"{path}: options")
            if not isinstance(options, dict):
                raise TypeError("its options are none")
            if options.pop("format") != _FORMAT:
                raise KeyError("format")
            if not (0 < options["num_layers"] <= 64 and 0 < options["input_size"] <= 4096):
                raise ValueError("its network is of no sensible size")
            if num_layers is not None and options["num_layers"] != num_layers:
                raise InputError(
                    f"{path} predicts {options['num_layers']} layers, the generator has "
                    f"{num_layers}"
                )
            width = len(arrays["w_avg"])
            if w_size is not None and width != w_size:
                raise InputError(
                    f"{path} predicts W of width {width}, the generator's has {w_size}"
                )
            numbers = {
                name: check_values(array, f"{path}: {name}", float(np.finfo(np.float32).max))
                for name, array in arrays.items()
                if name != "options"
            }
            encoder = cls(w_avg=numbers["w_avg"], w_std=numbers["w_std"], **options)
            for i, weight in enumerate(encoder.network.weights):
                weight.assign(numbers[f"weight_{i:03d}"])
        except InputError:
            raise
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise InputError(f"{path} is not an encoder file: {error}") from None
        return encoder


def _to_stored(weight: keras.Variable) -> np.ndarray:
    """Kernels as float16; biases and statistics, which may leave its range, as they are."""
    value = weight.numpy()
    return value.astype(np.float16) if value.ndim > 1 else value


def _network(
    backbone: str, side: int, num_layers: int, width: int, weights: str | None
) -> keras.Model:
    layers = keras.layers
    images = keras.Input((side, side, 3))
    if backbone == "resnet50":
        # Keras' ResNet-50 expects blue, green, red from 0 to 255, less ImageNet's mean.
        pixels = (images[..., ::-1] + 1.0) * 127.5 - np.array(IMAGENET_BGR, np.float32)
        features = _resnet50(side, weights)(pixels)
    else:
        features = _small_resnet(images)
    # Small at first: an untrained encoder predicts the mean face.
    start = keras.initializers.RandomNormal(stddev=0.01)
    outputs = layers.Dense(num_layers * width, kernel_initializer=start)(features)
    return keras.Model(images, layers.Reshape((num_layers, width))(outputs))


def _resnet50(side: int, weights: str | None) -> keras.Model:
    try:
        return keras.applications.ResNet50(
            include_top=False, weights=weights, pooling="avg", input_shape=(side, side, 3)
        )
    except Exception as error:  # get_file raises a bare Exception when the network fails
        if weights is None:
            raise
        raise InputError(
            f"ResNet-50's ImageNet weights cannot be had ({error}); start without them"
        ) from error


def _small_resnet(x: keras.KerasTensor) -> keras.KerasTensor:
    """Residual blocks (He et al. 2016, pre-activation), each halving the image: [n, 256]."""
    layers = keras.layers
    x = layers.Conv2D(16, 5, 2, "same", use_bias=False)(x)
    for channels in _SMALL_CHANNELS:
        if x.shape[1] <= 4:
            break
        y = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
        y = layers.Conv2D(channels, 3, 2, "same", use_bias=False)(y)
        y = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(y))
        y = layers.Conv2D(channels, 3, 1, "same", use_bias=False)(y)
        x = layers.Conv2D(channels, 1, 1, "same", use_bias=False)(layers.AveragePooling2D(2)(x))
        x = layers.Add()([x, y])
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    x = layers.Conv2D(32, 1)(x)
    return layers.Dense(256, activation="relu")(layers.Flatten()(x))
