"""The face of a Progressive GAN generator: Z → image, without a W in between."""

from collections.abc import Iterable
from typing import Any, NoReturn, Self

import keras
import numpy as np
import tensorflow as tf

from stylegan_tf.errors import InputError
from stylegan_tf.graphs import Graphs
from stylegan_tf.inputs import check_labels, check_z, sample_z
from stylegan_tf.options import GENERATORS, VERSIONS
from stylegan_tf.pickles.network_state import NetworkState
from stylegan_tf.single_network import SingleNetwork


class ProganGenerator(SingleNetwork):
    """A Progressive GAN generator.

    Attributes:
      func: NVIDIA's name of the architecture: `G_paper`.
      static_kwargs: the options it was built from.
      network: the Keras model.
      resolution: side of its images in pixels.
      latent_size: width of Z.
      label_size: number of label components, 0 without labels.
    """

    def __init__(self, state: NetworkState, *, dtype: str | None = None, seed: int | None = None):
        """Builds the network from a pickle's state; a fresh one where it has no variables."""
        super().__init__(
            state, GENERATORS, "G", dtype, seed, transposed_up_weights=state.version == 2
        )
        self.latent_size = self.network.latent_size
        self._graphs = Graphs()

    @classmethod
    def create(
        cls, func: str = "G_paper", *, name: str = "G", seed: int | None = None, **kwargs: Any
    ) -> Self:
        """Makes a generator with fresh variables from NVIDIA's options."""
        return cls(NetworkState(func, name, kwargs, version=VERSIONS.get(func, 3)), seed=seed)

    @property
    def trainable_variables(self) -> list[keras.Variable]:
        """Weights and biases; not `lod`."""
        return self.network.trainable_variables

    @property
    def lod(self) -> float:
        """The level of detail of progressive growing: 0 is full resolution, 1 half of it, ..."""
        return self.network.lod

    @lod.setter
    def lod(self, value: float) -> None:
        self.network.lod = value

    def sample_z(self, seeds: Iterable[int]) -> np.ndarray:
        """Z codes `[n, latent_size]`: RandomState(seed).randn for each seed."""
        return sample_z(seeds, self.latent_size)

    def generate(self, z: np.ndarray, labels: np.ndarray | None = None) -> np.ndarray:
        """Z `[n, latent_size]` → images `[n, H, W, C]` float32, nominally [-1, 1].

        `labels` `[n, label_size]` is None for zeros.
        """
        z = check_z(z, self.latent_size)
        labels = check_labels(labels, len(z), self.label_size)
        signature = [
            tf.TensorSpec([None, self.latent_size], tf.float32),
            tf.TensorSpec([None, self.label_size], tf.float32),
        ]
        run = self._graphs.get(self.lod, self._images, signature)
        return run(tf.constant(z), tf.constant(labels)).numpy()

    def _images(self, z: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        return self.network(z, labels=labels)

    def _no_w(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise InputError("a Progressive GAN has no W: it makes images from Z alone, by generate()")

    map = truncate = mix = synthesize = _no_w
    w_avg = property(_no_w)
    num_layers = property(_no_w)
