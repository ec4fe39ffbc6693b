"""The loop that trains any baseline: input, checkpoints, summaries, samples."""

import dataclasses
import io
import os
import pathlib
import time
from collections.abc import Callable

import numpy as np
import tensorflow as tf
from absl import logging
from PIL import Image

from stylegan_tf.errors import InputError
from stylegan_tf.training.checkpoints import Checkpoints
from stylegan_tf.training.replicas import Replicas
from synthesis.baselines.adversarial_training import AdversarialTraining, subkey
from synthesis.baselines.samples import to_pixels, write_samples

SAMPLE_SEEDS = tuple(range(9))


@dataclasses.dataclass(frozen=True)
class Schedule:
    """How long to train and how often to stop for what; all in steps."""

    steps: int
    log_every: int = 100
    sample_every: int = 1000
    save_every: int = 1000
    seed: int = 0


def train(
    build: Callable[[], AdversarialTraining],
    batches: Callable[[int, int], tf.data.Dataset],
    folder: str | os.PathLike,
    schedule: Schedule,
    replicas: Replicas | None = None,
    on_step: Callable[[int], object] | None = None,
) -> dict[str, float]:
    """Trains, or goes on training, into a folder.

    In `folder`: `checkpoints/`; `log/` for TensorBoard; `samples/` with a sheet and a GIF of the
    same seeds each time. A training that was killed goes on from its last checkpoint, with the
    numbers that it would have had.

    Args:
      build: makes the networks.
      batches: makes the input from the first step's number and the number of replicas: for each
        step as many elements as there are replicas.
      folder: where to.
      schedule: how long.
      replicas: on which devices; None for one.
      on_step: called with the number of every finished step.

    Returns:
      `steps`; `steps_per_second`, of input and training alone and without this run's first step;
      `traces`, how often the step was traced (1, or 0 if all was done); the last mean losses.

    Raises:
      InputError: the folder holds another model's checkpoints, or a loss is no longer a number.
    """
    folder = pathlib.Path(folder)
    replicas = replicas or Replicas()
    with replicas.scope():
        training = build()
    checkpoints = Checkpoints(folder / "checkpoints", training.state(), replicas)
    first = checkpoints.restore()
    if first:
        logging.info("going on after step %d", first)
    # Distributed by hand, so that every batch keeps its static shape and nothing is retraced.
    inputs = iter(
        replicas.strategy.distribute_datasets_from_function(
            lambda context: _of_machine(batches(first, replicas.count), context, replicas.count)
        )
    )
    step_function = _step_function(training, replicas, schedule.seed)

    losses: list[dict[str, tf.Tensor]] = []
    means: dict[str, float] = {}
    seconds, timed = 0.0, 0
    writer = tf.summary.create_file_writer(str(folder / "log"))
    with writer.as_default():
        for step in range(first + 1, schedule.steps + 1):
            began = time.monotonic()
            losses.append(step_function(next(inputs), tf.constant(step, tf.int64)))
            training.after_step(step)
            last = step == schedule.steps
            logs = step % schedule.log_every == 0 or last
            if logs:
                means = _check_finite(losses, step)
                losses.clear()
            if step > first + 1:  # the first one is traced
                seconds, timed = seconds + time.monotonic() - began, timed + 1
            if logs:
                _log(means, step)
            if step % schedule.sample_every == 0 or last:
                _sample(training, folder / "samples", step)
            if step % schedule.save_every == 0 or last:
                _check_finite(losses, step)
                checkpoints.save(step)  # last: what a later run goes on from is all there
            if on_step is not None:
                on_step(step)
    writer.close()
    return {
        "steps": max(schedule.steps, first),
        "steps_per_second": timed / seconds if seconds else 0.0,
        "traces": step_function.experimental_get_tracing_count(),
        **means,
    }


def _of_machine(
    batches: tf.data.Dataset, context: tf.distribute.InputContext, replicas: int
) -> tf.data.Dataset:
    """The elements for the replicas of one machine."""
    machines, mine = context.num_input_pipelines, context.input_pipeline_id
    if machines == 1:
        return batches
    here = replicas // machines
    numbered = batches.enumerate().filter(lambda number, _: number // here % machines == mine)
    return numbered.map(lambda _, batch: batch)


def _step_function(
    training: AdversarialTraining, replicas: Replicas, seed: int
) -> tf.types.experimental.PolymorphicFunction:
    @tf.function(autograph=False)
    def step_function(batch: dict[str, tf.Tensor], step: tf.Tensor) -> dict[str, tf.Tensor]:
        key = tf.random.experimental.stateless_fold_in(tf.constant([seed, 0], tf.int64), step)

        def replica_step(batch: dict[str, tf.Tensor]) -> dict[str, tf.Tensor]:
            replica = tf.distribute.get_replica_context().replica_id_in_sync_group
            return training.step(batch, subkey(key, replica))

        losses = replicas.run(replica_step, batch)
        return {name: loss / replicas.count for name, loss in losses.items()}

    return step_function


def _check_finite(losses: list[dict[str, tf.Tensor]], step: int) -> dict[str, float]:
    """The means of losses, by name."""
    if not losses:
        return {}
    means = {name: float(np.mean([loss[name] for loss in losses])) for name in losses[0]}
    bad = [name for name, mean in means.items() if not np.isfinite(mean)]
    if bad:
        raise InputError(
            f"the loss {bad[0]} is no longer a number at step {step}; start again from the last "
            "checkpoint with a smaller learning rate"
        )
    return means


def _log(means: dict[str, float], step: int) -> None:
    for name, mean in means.items():
        tf.summary.write(f"loss/{name}", mean, step, _metadata("scalars"))
    told = ", ".join(f"{name} {mean:.4f}" for name, mean in means.items())
    logging.info("step %d: %s", step, told)


def _sample(training: AdversarialTraining, folder: pathlib.Path, step: int) -> None:
    videos = to_pixels(training.generate(SAMPLE_SEEDS))
    sheet = write_samples(folder, step, videos)
    png = io.BytesIO()
    Image.fromarray(sheet).save(png, "PNG")
    height, width = sheet.shape[:2]
    image = tf.constant([str(width).encode(), str(height).encode(), png.getvalue()])
    tf.summary.write("samples", image, step, _metadata("images"))


def _metadata(plugin: str) -> tf.compat.v1.SummaryMetadata:
    """What tf.summary.scalar and .image add, which need the tensorboard package at training."""
    return tf.compat.v1.SummaryMetadata(
        plugin_data=tf.compat.v1.SummaryMetadata.PluginData(plugin_name=plugin)
    )
