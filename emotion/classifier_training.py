"""Training of a network that tells classes: epochs, validation, checkpoints, the best weights."""

import dataclasses
import os
import pathlib
from collections.abc import Callable, Iterable

import keras
import numpy as np
import tensorflow as tf
from absl import logging

from emotion.batches import shuffled_batches
from stylegan_tf.training.checkpoints import Checkpoints, values_of
from stylegan_tf.training.replicas import Replicas

_VALIDATION_BATCH = 1024
_MEANS = 4  # of each epoch, see History


@dataclasses.dataclass(frozen=True)
class Examples:
    """Inputs `[n, …]` and the class of each, integers `[n]`."""

    inputs: np.ndarray
    classes: np.ndarray

    def __len__(self) -> int:
        return len(self.classes)


@dataclasses.dataclass(frozen=True)
class Epochs:
    """How to train.

    Attributes:
      count: how many epochs.
      batch_size: examples a step, among all devices.
      best_by: "loss" keeps the weights of the lowest validation loss, "accuracy" those of the
        highest validation accuracy; the first of equals.
      mirror: exchange left and right in half of the inputs.
      seed: of the order.
    """

    count: int
    batch_size: int
    best_by: str
    mirror: bool = False
    seed: int = 0


@dataclasses.dataclass(frozen=True)
class History:
    """Means over each epoch: lists of equal length, nats and shares."""

    loss: list[float]
    accuracy: list[float]
    validation_loss: list[float]
    validation_accuracy: list[float]


def train_classifier(
    network: keras.Model,
    optimizer: keras.optimizers.Optimizer,
    training: Examples,
    validation: Examples,
    epochs: Epochs,
    *,
    folder: str | os.PathLike | None = None,
    replicas: Replicas | None = None,
    on_epoch: Callable[[int], object] | None = None,
) -> tuple[History, int]:
    """Trains by cross-entropy, and leaves the network with its best epoch's weights.

    Args:
      network: inputs `[n, …]`, cast to its own type, → probabilities `[n, classes]`; made in the
        replicas' scope, as its optimizer.
      optimizer: of the network.
      training: to learn from.
      validation: to choose the best epoch by.
      epochs: how to train.
      folder: of checkpoints, one an epoch; a training that was stopped goes on from the last one,
        with the numbers that it would have had. None keeps none.
      replicas: on which devices; None for one.
      on_epoch: called with the number of every epoch that is done, from 1.

    Returns:
      The history, and the number of the best epoch, from 1.

    Raises:
      InputError: the folder holds another training's checkpoints.
    """
    replicas = replicas or Replicas()
    with replicas.scope():
        optimizer.build(network.trainable_variables)
        best = [tf.Variable(value.numpy(), trainable=False) for value in values_of(network)]
        means = tf.Variable(tf.zeros([epochs.count, _MEANS]), trainable=False)
    state = {
        "network": values_of(network),
        "optimizer": values_of(optimizer),
        "best": best,
        "means": [means],
    }
    done = 0
    if folder is not None:
        checkpoints = Checkpoints(pathlib.Path(folder), state, replicas)
        done = checkpoints.restore()
    if done:
        logging.info("going on after epoch %d", done)
    rows = means.numpy()
    batches = shuffled_batches(
        training.inputs,
        training.classes,
        epochs.batch_size,
        epochs.count,
        epochs.seed,
        epochs.mirror,
        first_epoch=done,
    )
    stream = iter(batches)
    counts = _counts(training, epochs)
    learn, judge = _learn(network, optimizer, replicas), _judge(network)
    held_out = tf.data.Dataset.from_tensor_slices((validation.inputs, validation.classes))
    held_out = held_out.batch(_VALIDATION_BATCH)
    for epoch in range(done, epochs.count):
        sums = [learn(replicas.split(_fill(next(stream), replicas)), count) for count in counts]
        rows[epoch] = (*_means(sums), *_means(judge(*batch) for batch in held_out))
        if _best_epoch(rows[: epoch + 1], epochs.best_by) == epoch:
            for kept, value in zip(best, values_of(network), strict=True):
                kept.assign(value)
        means.assign(rows)
        if folder is not None:
            checkpoints.save(epoch + 1)
        if on_epoch is not None:
            on_epoch(epoch + 1)
    for value, kept in zip(values_of(network), best, strict=True):
        value.assign(kept)
    history = History(*([float(value) for value in column] for column in rows.T))
    return history, _best_epoch(rows, epochs.best_by) + 1


def _fill(batch: tuple[tf.Tensor, tf.Tensor], replicas: Replicas) -> tuple[tf.Tensor, ...]:
    """The batch with weights: examples of weight 0 give every replica as many rows."""
    inputs, classes = batch
    missing = -len(classes) % replicas.count
    rows = np.arange(len(classes) + missing) % len(classes)
    weights = (np.arange(len(rows)) < len(classes)).astype(np.float32)
    if missing:
        inputs, classes = tf.gather(inputs, rows), tf.gather(classes, rows)
    return inputs, classes, tf.constant(weights)


def _counts(examples: Examples, epochs: Epochs) -> list[tf.Tensor]:
    """How many examples each batch of an epoch has."""
    whole, rest = divmod(len(examples), epochs.batch_size)
    counts = [epochs.batch_size] * whole + [rest] * bool(rest)
    return [tf.constant(count, tf.float32) for count in counts]


def _best_epoch(rows: np.ndarray, best_by: str) -> int:
    return int(rows[:, 2].argmin() if best_by == "loss" else rows[:, 3].argmax())


def _means(sums: Iterable[tf.Tensor]) -> tuple[float, float]:
    """The mean loss and the accuracy of batches of which [loss, right ones, examples] is known."""
    total = np.stack([value.numpy() for value in sums]).astype(np.float64).sum(axis=0)
    return float(total[0] / total[2]), float(total[1] / total[2])


def _learn(
    network: keras.Model, optimizer: keras.optimizers.Optimizer, replicas: Replicas
) -> Callable[..., tf.Tensor]:
    def replica_step(batch: tuple[tf.Tensor, ...], count: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            sums = _sums(network, batch, training=True)
            loss = sums[0] / count
        variables = network.trainable_variables
        optimizer.apply(tape.gradient(loss, [v.value for v in variables]), variables)
        return sums

    @tf.function(autograph=False, reduce_retracing=True)
    def learn(batch: tuple[tf.Tensor, ...], count: tf.Tensor) -> tf.Tensor:
        return replicas.run(replica_step, batch, count)

    return learn


def _judge(network: keras.Model) -> Callable[..., tf.Tensor]:
    @tf.function(autograph=False, reduce_retracing=True)
    def judge(inputs: tf.Tensor, classes: tf.Tensor) -> tf.Tensor:
        weights = tf.ones(tf.shape(classes), tf.float32)
        return _sums(network, (inputs, classes, weights), training=False)

    return judge


def _sums(network: keras.Model, batch: tuple[tf.Tensor, ...], training: bool) -> tf.Tensor:
    """The sum of losses, how many are right, and how many there are, by weight, [3]."""
    inputs, classes, weights = batch
    chances = network(tf.cast(inputs, network.inputs[0].dtype), training=training)
    losses = keras.losses.sparse_categorical_crossentropy(classes, chances)
    right = tf.equal(tf.argmax(chances, axis=1), tf.cast(classes, tf.int64))
    told = (losses * weights, tf.cast(right, tf.float32) * weights, weights)
    return tf.stack([tf.reduce_sum(values) for values in told])
