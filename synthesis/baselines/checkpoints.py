"""Checkpoints of a training; one that is half written is never gone on from."""

import os
import pathlib

import tensorflow as tf

from stylegan_tf.errors import InputError
from synthesis.baselines.adversarial_training import AdversarialTraining

_KEPT = 2


class Checkpoints:
    """The checkpoints of a training in a folder; the last two are kept."""

    def __init__(self, folder: str | os.PathLike, training: AdversarialTraining) -> None:
        self._folder = pathlib.Path(folder)
        self._step = tf.Variable(0, dtype=tf.int64, trainable=False)
        self._checkpoint = tf.train.Checkpoint(step=self._step, **training.state())
        self._manager = tf.train.CheckpointManager(self._checkpoint, str(self._folder), _KEPT)

    def restore(self) -> int:
        """Reads the last checkpoint, if there is one, and returns its step, else 0.

        Raises:
          InputError: it is another model's.
        """
        latest = self._manager.latest_checkpoint
        if not latest:
            return 0
        try:
            status = self._checkpoint.restore(latest)
            status.assert_consumed()
        except (AssertionError, ValueError, tf.errors.OpError) as error:
            raise InputError(
                f"{self._folder} holds no checkpoint of this model in this size; give another "
                f"folder, or start over ({str(error).splitlines()[0][:200]})"
            ) from error
        return int(self._step)

    def save(self, step: int) -> None:
        """Writes all variables after step `step`, then removes the oldest checkpoint."""
        self._step.assign(step)
        self._manager.save(checkpoint_number=step)
