"""Trains a coarse encoder on pairs of images and latents that the generator itself draws.

The pairs cost nothing and never repeat (thesis 4.1). Each step's pairs come from the seed and the
step alone, so a run that was stopped goes on as if it had not been.
"""

import dataclasses
import pathlib
import time
from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf
from absl import logging

from encoder.coarse.encoder import INPUT_SIZE, CoarseEncoder
from encoder.embedding.low_resolution import low_resolution_synthesis
from stylegan_tf import Generator, to_uint8
from stylegan_tf.errors import InputError
from stylegan_tf.files.json_files import read_json, write_json
from stylegan_tf.training.checkpoints import Checkpoints, values_of
from stylegan_tf.training.replicas import Replicas

_STATISTICS_SAMPLES = 4096  # codes that the standard deviation of W is taken from
_VALIDATION_SEED = 1 << 31  # no training step draws with it
# What tf.summary.scalar adds, which would need the tensorboard package at training time.
_SCALAR = tf.compat.v1.SummaryMetadata(
    plugin_data=tf.compat.v1.SummaryMetadata.PluginData(plugin_name="scalars")
)


@dataclasses.dataclass(frozen=True)
class CoarseTraining:
    """How to train.

    `mixing` is the part of pairs whose latent takes its coarse layers from one code and its fine
    layers from another: codes of W+ as they come out of fine embedding have unlike layers.
    """

    backbone: str = "resnet50"
    backbone_weights: str | None = None
    input_size: int = INPUT_SIZE
    steps: int = 20_000
    batch_size: int = 8
    learning_rate: float = 1e-3
    mixing: float = 0.5
    validation_pairs: int = 32
    validate_every: int = 500
    seed: int = 0


def train_coarse_encoder(
    generator: Generator,
    output: pathlib.Path,
    options: CoarseTraining,
    on_step: Callable[[int], object] | None = None,
    replicas: Replicas | None = None,
) -> dict[str, float]:
    """Trains, or goes on training, into a folder.

    In `output`: `encoder.npz` (the encoder of the last validation), `report.json`, `log/` for
    TensorBoard, `checkpoints/`.

    Args:
      generator: a `stylegan_tf` generator with a W space.
      output: the folder.
      options: how to train.
      on_step: called with the number of the step after each step.
      replicas: on which devices; None for one. A `small` backbone's batch statistics are each
        replica's own.

    Returns:
      The report: `steps`; `error`, the mean squared error of held-out latents in variances of W,
      so that predicting the mean face scores about 1; `training_error`, of the last steps;
      `pairs_per_second` in training, `images_per_second` when encoding the held-out images.

    Raises:
      InputError: an option is wrong, the batch does not divide among the devices, or the folder
        holds another kind of encoder's checkpoints.
    """
    if not 0 <= options.mixing <= 1:
        raise InputError(f"mixing must lie between 0 and 1, not {options.mixing}")
    trainer = _Trainer(generator, pathlib.Path(output), options, replicas or Replicas())
    return trainer.run(on_step)


class _Trainer:
    def __init__(
        self,
        generator: Generator,
        output: pathlib.Path,
        options: CoarseTraining,
        replicas: Replicas,
    ) -> None:
        replicas.check_batch(options.batch_size)
        self._replicas = replicas
        self._generator = generator
        self._output = output
        self._options = options
        side = min(options.input_size, generator.resolution)
        z = np.random.RandomState(options.seed).randn(_STATISTICS_SAMPLES, generator.latent_size)
        w = generator.map(z)[:, 0]
        with replicas.scope():
            self._encoder = CoarseEncoder(
                generator.num_layers,
                w.mean(0),
                w.std(0) + 1e-6,
                options.backbone,
                side,
                options.backbone_weights,
            )
            self._optimizer = keras.optimizers.Adam(
                keras.optimizers.schedules.CosineDecay(options.learning_rate, options.steps)
            )
            self._optimizer.build(self._encoder.network.trainable_variables)
        architecture = getattr(generator.synthesis, "architecture", None)
        self._synthesis = generator.synthesis
        if side < generator.resolution and architecture == "skip":
            self._synthesis = low_resolution_synthesis(generator, side)
        state = {
            "network": values_of(self._encoder.network),
            "optimizer": values_of(self._optimizer),
        }
        self._checkpoints = Checkpoints(output / "checkpoints", state, replicas)
        self._train_step = tf.function(
            lambda w: replicas.run(self._replica_step, w), autograph=False
        )

    def run(self, on_step: Callable[[int], object] | None) -> dict[str, float]:
        options = self._options
        step = self._checkpoints.restore()
        if step:
            logging.info("going on after step %d", step)
        held_out, images = self._held_out()
        errors: list[float] = []
        began, first = time.monotonic(), step
        writer = tf.summary.create_file_writer(str(self._output / "log"))
        report: dict[str, float] = {}
        with writer.as_default():
            while step < options.steps:
                w = tf.constant(self._draw(step), tf.float32)
                errors.append(float(self._train_step(self._replicas.split(w))))
                step += 1
                if on_step is not None:
                    on_step(step)
                if step % options.validate_every and step < options.steps:
                    continue
                seconds = time.monotonic() - began
                report = {"steps": step, **self._validate(held_out, images)}
                report["training_error"] = float(np.mean(errors))
                report["pairs_per_second"] = (step - first) * options.batch_size / seconds
                for name, value in report.items():
                    tf.summary.write(name, value, step, _SCALAR)
                logging.info("step %d: held-out error %.4f", step, report["error"])
                self._save(report)
                self._checkpoints.save(step)  # last: what a later run goes on from is all there
                errors, began, first = [], time.monotonic(), step
        writer.close()
        return report or self._read_report()

    def _read_report(self) -> dict[str, float]:
        path = self._output / "report.json"
        report = read_json(path)
        if not isinstance(report, dict):
            raise InputError(f"{path} is not the report of a training")
        return report

    def _draw(self, step: int, count: int | None = None) -> np.ndarray:
        """Latents [count, L, 512] for a step."""
        count = count or self._options.batch_size
        random = np.random.RandomState([self._options.seed, step])
        z = random.randn(2 * count, self._generator.latent_size)
        w = self._generator.map(z)
        layers = self._generator.num_layers
        crossover = np.where(
            random.rand(count) < self._options.mixing,
            random.randint(1, layers, count),
            layers,
        )
        keep = np.arange(layers)[None, :, None] < crossover[:, None, None]
        return np.where(keep, w[:count], w[count:])

    def _held_out(self) -> tuple[np.ndarray, list[np.ndarray]]:
        latents = self._draw(_VALIDATION_SEED, self._options.validation_pairs)
        # One by one, and by the whole network: what the encoder will be given in earnest.
        images = [to_uint8(self._generator.synthesize(w[None]))[0] for w in latents]
        return latents, images

    def _replica_step(self, w: tf.Tensor) -> tf.Tensor:
        """A replica's part of the mean error over the batch, of which it has the rows `w`."""
        images = self._synthesis(w[:, : self._synthesis.num_layers], noise="const")
        factor = images.shape[1] // self._encoder.input_size
        if factor > 1:
            images = tf.nn.avg_pool2d(images, factor, factor, "VALID")
        # What the encoder sees later has been a picture file: no values outside the range.
        images = tf.clip_by_value(images, -1.0, 1.0)
        network = self._encoder.network
        with tf.GradientTape() as tape:
            predicted = self._encoder.latents(network(images, training=True))
            error = self._error(predicted, w) / self._replicas.count
        variables = network.trainable_variables
        self._optimizer.apply(tape.gradient(error, variables), variables)
        return error

    def _error(self, predicted: tf.Tensor, w: tf.Tensor) -> tf.Tensor:
        return tf.reduce_mean(tf.square((predicted - w) / self._encoder.w_std))

    def _validate(self, latents: np.ndarray, images: list[np.ndarray]) -> dict[str, float]:
        self._encoder.encode(images[:1])  # traces the graph, outside the clock
        began = time.monotonic()
        predicted = np.concatenate([self._encoder.encode([image]) for image in images])
        seconds = time.monotonic() - began
        return {
            "error": float(self._error(predicted, latents)),
            "images_per_second": len(images) / seconds,
        }

    def _save(self, report: dict[str, float]) -> None:
        self._encoder.save(self._output / "encoder.npz")
        write_json(self._output / "report.json", report)
