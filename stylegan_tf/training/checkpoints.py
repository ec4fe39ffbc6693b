"""Checkpoints of a training; one that is half written is never gone on from."""

import os
import pathlib
from collections.abc import Mapping, Sequence

import tensorflow as tf

from stylegan_tf.errors import InputError
from stylegan_tf.training.replicas import Replicas

_KEPT = 2


class Checkpoints:
    """The checkpoints of a training in a folder; the last two are kept."""

    def __init__(
        self,
        folder: str | os.PathLike,
        state: Mapping[str, Sequence[tf.Variable]],
        replicas: Replicas | None = None,
    ) -> None:
        """Reads and writes nothing.

        Args:
          folder: of the checkpoints.
          state: all variables of the training, by the name of their owner.
          replicas: where the training runs; the chief's checkpoint counts for all.
        """
        self._folder = pathlib.Path(folder)
        self._replicas = replicas or Replicas()
        with self._replicas.scope():
            self._step = tf.Variable(0, dtype=tf.int64, trainable=False)
        self._state = {name: list(variables) for name, variables in state.items()}
        self._checkpoint = tf.train.Checkpoint(step=self._step, **self._state)
        self._manager = tf.train.CheckpointManager(self._checkpoint, str(self._folder), _KEPT)

    def restore(self) -> int:
        """Reads the last checkpoint, if there is one, and returns its step, else 0.

        Raises:
          InputError: it is another training's.
        """
        latest = self._manager.latest_checkpoint if self._replicas.is_chief else None
        if latest:
            try:
                status = self._checkpoint.restore(latest)
                status.assert_consumed()
            except (AssertionError, ValueError, tf.errors.OpError) as error:
                raise InputError(
                    f"{self._folder} holds no checkpoint of this model in this size; give another "
                    f"folder, or start over ({str(error).splitlines()[0][:200]})"
                ) from error
        variables = [variable for owned in self._state.values() for variable in owned]
        self._replicas.take_from_chief([self._step, *variables])
        return int(self._step.numpy())

    def save(self, step: int) -> None:
        """Writes all variables after step `step`, then removes the oldest checkpoint."""
        self._step.assign(step)
        if self._replicas.is_chief:
            self._manager.save(checkpoint_number=step)


def values_of(owner: object) -> list[tf.Variable]:
    """TensorFlow's variables of a Keras model, layer or optimizer."""
    return [variable.value for variable in owner.variables]  # type: ignore[attr-defined]
