"""What the training of every baseline shares: networks, optimizers, one step, sampling."""

import abc
from collections.abc import Mapping, Sequence

import keras
import numpy as np
import tensorflow as tf


class AdversarialTraining(abc.ABC):
    """Networks that train against each other.

    Everything random in a step is drawn from its key alone, so that a training that was stopped
    goes on as if it had not been.

    Attributes:
      networks: by name; the checkpoint holds all their variables.
      optimizers: by name.
      frames: of the clips that are generated unless asked otherwise.
      size: side of the frames in pixels.
      classes: how many classes a clip may be asked of; 0 if it may not.
    """

    networks: dict[str, keras.Model]
    optimizers: dict[str, keras.optimizers.Optimizer]
    frames: int
    size: int
    classes: int = 0

    @abc.abstractmethod
    def step(self, batch: Mapping[str, tf.Tensor], key: tf.Tensor) -> dict[str, tf.Tensor]:
        """One iteration on one replica's batch; losses by name, each a scalar.

        Args:
          batch: "videos", uint8 [n, T, H, W, 3], and "labels", int32 [n]; "images", uint8
            [m, H, W, 3], where `image_batch_size` is not 0.
          key: int32 [2], another one for every step and replica.
        """

    def after_step(self, step: int) -> None:
        """Called outside of replicas after each step, counted from 1; does nothing here."""
        del step

    @abc.abstractmethod
    def generate(
        self, seeds: Sequence[int], labels: Sequence[int] | None = None, frames: int | None = None
    ) -> np.ndarray:
        """Clips by the running statistics: float32 [n, T, H, W, 3] in [−1, 1].

        Args:
          seeds: one a clip; NumPy's RandomState(seed) draws what it is made from.
          labels: a class a clip; from the seed if not given. Only where `classes` is not 0.
          frames: length of the clips, where the model leaves it open.
        """

    def state(self) -> dict[str, list[tf.Variable]]:
        """All variables that a checkpoint holds, by the name of their owner."""
        owners = {**self.networks, **{f"{k}_optimizer": v for k, v in self.optimizers.items()}}
        return {
            name: [variable.value for variable in owner.variables] for name, owner in owners.items()
        }

    def descend(self, name: str, gradients: list[tf.Tensor]) -> None:
        """One step of an optimizer along gradients that each replica took of its own mean loss."""
        replicas = tf.distribute.get_strategy().num_replicas_in_sync
        if replicas > 1:
            gradients = [gradient / replicas for gradient in gradients]
        self.optimizers[name].apply(gradients)


def subkey(key: tf.Tensor, index: int) -> tf.Tensor:
    """A key [2] for the `index`-th thing that is drawn under a key [2]."""
    return tf.random.experimental.stateless_fold_in(key, index)


def mean_logistic_loss(logits: tf.Tensor, real: bool) -> tf.Tensor:
    """The mean cross-entropy of logits for "all real" or "all fake"."""
    target = tf.ones_like(logits) if real else tf.zeros_like(logits)
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=target, logits=logits))


def mean_class_loss(logits: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
    """The mean cross-entropy of logits [n, classes] for labels int [n]."""
    return tf.reduce_mean(
        tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)
    )
