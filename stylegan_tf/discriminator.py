"""The face of a discriminator network."""

from typing import Any, Self

import numpy as np
import tensorflow as tf

from stylegan_tf.errors import InputError
from stylegan_tf.graphs import Graphs
from stylegan_tf.inputs import check_labels
from stylegan_tf.networks.growing import GrowingNetwork
from stylegan_tf.networks.progan_discriminator import Discriminator as ProganDiscriminator
from stylegan_tf.options import DISCRIMINATORS, VERSIONS
from stylegan_tf.pickles.network_state import NetworkState
from stylegan_tf.single_network import SingleNetwork


class Discriminator(SingleNetwork):
    """A discriminator.

    Attributes:
      func: NVIDIA's name of the architecture: `D_main` (StyleGAN2-ADA), `D_stylegan2`,
        `D_stylegan`, `D_basic`, `D_paper`.
      static_kwargs: the options it was built from.
      network: the Keras model.
      resolution: side of the images in pixels.
      label_size: number of label components, 0 without labels.
    """

    def __init__(self, state: NetworkState, *, dtype: str | None = None, seed: int | None = None):
        """Builds the network from a pickle's state; a fresh one where it has no variables."""
        super().__init__(state, DISCRIMINATORS, "D", dtype, seed)
        self._predicts_labels = isinstance(self.network, ProganDiscriminator)
        self._graphs = Graphs()

    @classmethod
    def create(
        cls, func: str = "D_stylegan2", *, name: str = "D", seed: int | None = None, **kwargs: Any
    ) -> Self:
        """Makes a discriminator with fresh variables from NVIDIA's options."""
        return cls(NetworkState(func, name, kwargs, version=VERSIONS.get(func, 4)), seed=seed)

    @property
    def lod(self) -> float:
        """The level of detail of progressive growing; 0 is full resolution."""
        return self.network.lod if isinstance(self.network, GrowingNetwork) else 0.0

    @lod.setter
    def lod(self, value: float) -> None:
        if not isinstance(self.network, GrowingNetwork):
            raise InputError(f"{self.func} does not grow: it has no level of detail")
        self.network.lod = value

    def score(self, images: np.ndarray, labels: np.ndarray | None = None) -> np.ndarray:
        """Images `[n, H, W, C]` in [-1, 1] → realness `[n]` float32, higher for more real.

        The minibatch statistics make a score depend on the other images of the call.
        `labels` `[n, label_size]` is None for zeros.
        """
        if self._predicts_labels and labels is not None:
            raise InputError("D_paper takes no labels: it predicts them (predict_labels)")
        return self._run(images, labels)

    def predict_labels(self, images: np.ndarray) -> np.ndarray:
        """Images `[n, H, W, C]` → labels `[n, label_size]`; Progressive GAN only."""
        if not self._predicts_labels:
            raise InputError(f"{self.func} predicts no labels; only Progressive GAN's D_paper does")
        return self.network(self._check_images(images)).numpy()[:, 1:]

    def _run(self, images: np.ndarray, labels: np.ndarray | None) -> np.ndarray:
        images = self._check_images(images)
        labels = check_labels(labels, len(images), self.label_size)
        signature = [
            tf.TensorSpec([None, *self.network.image_shape], tf.float32),
            tf.TensorSpec([None, self.label_size], tf.float32),
        ]
        run = self._graphs.get(self.lod, self._score, signature)
        return run(tf.constant(images), tf.constant(labels)).numpy()

    def _score(self, images: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        if self._predicts_labels:
            return self.network(images)[:, 0]
        return self.network(images, labels=labels)

    def _check_images(self, images: np.ndarray) -> np.ndarray:
        images = np.asarray(images, np.float32)
        if images.ndim != 4 or images.shape[1:] != self.network.image_shape:
            expected = ", ".join(map(str, ("n", *self.network.image_shape)))
            raise InputError(f"images have shape [{expected}], not {list(images.shape)}")
        group = getattr(self.network, "mbstd_group_size", None) or 0
        if group > 1 and len(images) > group and len(images) % group:
            raise InputError(
                f"{len(images)} images do not split into groups of {group}, over which the "
                f"minibatch statistics run: give a multiple of {group}, or fewer"
            )
        return images
