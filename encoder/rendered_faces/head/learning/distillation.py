"""Distils rendered faces into a StyleGAN2 synthesis network, stage by stage.

The code w of a rendered face is known (`codes`), so each picture is its own supervision. Blocks
are added from the bottom up, as in progressive growing (Karras et al. 2018), each stage starting
from the variables of the one before.
"""

import contextlib
import csv
import dataclasses
import os
import pathlib
import time
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import tensorflow as tf
import tqdm
from absl import logging

from encoder.images import write_image
from encoder.rendered_faces.head.learning.codes import w_from_vectors
from encoder.rendered_faces.head.learning.layer_mixing import draw_mixed_vectors
from encoder.rendered_faces.head.learning.perceptual import PerceptualDistance
from encoder.rendered_faces.head.learning.picture_loss import feature_weights, picture_loss
from encoder.rendered_faces.head.learning.stages import STAGES, SYNTHESIS_KWARGS, Stage
from encoder.rendered_faces.head.parameters import group_indices
from encoder.rendered_faces.head.training_set import TrainingSet
from stylegan_tf.errors import InputError
from stylegan_tf.files.arrays import read_arrays
from stylegan_tf.files.whole_files import write_atomically
from stylegan_tf.networks.stylegan2 import Synthesis
from stylegan_tf.training.checkpoints import Checkpoints, values_of
from stylegan_tf.training.replicas import Replicas

_BETA1, _BETA2 = 0.9, 0.99
_AVERAGE = 0.998  # of the trained variables, per step, as in progressive growing
_LEAST_POSE = 0.25  # part of the range of poses that a curriculum starts from
_SHEET_COLUMNS = 8
LOG_FIELDS = ("resolution", "step", "loss", "psnr", "faces", "seconds")


@dataclasses.dataclass(frozen=True)
class Settings:
    """What does not change the network's shape.

    Attributes:
      seed: of initial weights and batches.
      checkpoint_steps: between checkpoints, each with an evaluation and a sheet of pictures.
      held_out: the first so many faces of each set are never trained on.
      dtype: `mixed_bfloat16` is twice as fast where the processor knows it (AMX, AVX-512 BF16), and
        ten times slower where it does not.
    """

    seed: int = 0
    checkpoint_steps: int = 250
    held_out: int = 64
    dtype: str = "float32"


def distil(
    folder: str | os.PathLike,
    sets: Mapping[int, TrainingSet],
    distance: PerceptualDistance | None,
    stages: tuple[Stage, ...] = STAGES,
    settings: Settings | None = None,
    synthesis: Mapping[str, Any] = SYNTHESIS_KWARGS,
    replicas: Replicas | None = None,
) -> Synthesis:
    """Trains through all stages and returns the last network.

    Args:
        folder: of checkpoints, `log.csv` and sheets; a training that was stopped goes on from its
            last checkpoint there.
        sets: rendered sets by the size of their pictures.
        distance: the perceptual one; None trains without.
        stages: in order of resolution.
        synthesis: arguments of the network.
        replicas: on which devices; None for one.

    Raises:
        InputError: a stage's set is missing or too small, or its batch does not divide among the
            devices.
    """
    settings, replicas = settings or Settings(), replicas or Replicas()
    for stage in stages:
        replicas.check_batch(stage.batch_size)
        if stage.set_size not in sets:
            raise InputError(f"the stage at {stage.resolution} needs faces of {stage.set_size}")
        if len(sets[stage.set_size]) < settings.held_out + stage.batch_size:
            raise InputError(f"too few faces of {stage.set_size} pixels are rendered")
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    values = None
    for stage in stages:
        trainer = StageTrainer(
            folder, stage, sets[stage.set_size], distance, settings, synthesis, values, replicas
        )
        values = trainer.run()
    return Synthesis(resolution=stages[-1].resolution, values=values, **synthesis)


class StageTrainer:
    """One stage of the training."""

    def __init__(
        self,
        folder: pathlib.Path,
        stage: Stage,
        faces: TrainingSet,
        distance: PerceptualDistance | None,
        settings: Settings,
        synthesis: Mapping[str, Any],
        start: Mapping[str, np.ndarray] | None,
        replicas: Replicas,
    ) -> None:
        """Builds the network, from the variables `start` where it has them."""
        self.folder, self.stage, self.faces = folder, stage, faces
        self._settings, self._distance, self._replicas = settings, distance, replicas
        with replicas.scope():
            self._build(synthesis, start)
        self._landmarks = faces.landmarks() / faces.manifest.size
        pose = faces.vectors[:, group_indices("pose")]
        self._turned = np.abs(pose).max(axis=1)
        self._turned[: settings.held_out] = np.inf
        self._train_step = tf.function(self._step, reduce_retracing=True)
        self._make = tf.function(lambda w: self.network(w, noise="none"), reduce_retracing=True)

    def _build(self, synthesis: Mapping[str, Any], start: Mapping[str, np.ndarray] | None) -> None:
        """Makes all variables."""
        stage, settings = self.stage, self._settings
        self.network = Synthesis(
            resolution=stage.resolution, dtype=settings.dtype, seed=settings.seed, **synthesis
        )
        self._variables = self.network.variables_by_name
        for name, value in (start or {}).items():
            self._variables[name].assign(value)
        for name, variable in self._variables.items():
            if name.startswith("noise"):  # a renderer has no noise to learn: buffers of zeros
                variable.assign(np.zeros(variable.shape, np.float32))
        self._trained = [v for name, v in self._variables.items() if self._is_trained(name)]
        schedule = tf.keras.optimizers.schedules.CosineDecay(
            stage.learning_rate, stage.steps, stage.final_learning_rate / stage.learning_rate
        )
        self._optimizer = tf.keras.optimizers.Adam(schedule, beta_1=_BETA1, beta_2=_BETA2)
        self._optimizer.build(self._trained)
        self._averages = [tf.Variable(v.numpy(), trainable=False) for v in self._trained]

    def _is_trained(self, name: str) -> bool:
        block = name.split("/")[0]
        if "x" not in block or name.endswith("noise_strength"):
            return False
        return int(block.split("x")[0]) >= self.stage.trained_from

    def run(self) -> dict[str, np.ndarray]:
        """Trains to the end, from the last checkpoint if there is one; the variables by name."""
        stage, settings = self.stage, self._settings
        finished = self.folder / f"stage{stage.resolution}.npz"
        if finished.exists() and not self._replicas.has_others:  # they follow its checkpoint
            return read_arrays(finished)
        state = {
            "network": list(self._variables.values()),
            "optimizer": values_of(self._optimizer),
            "averages": self._averages,
        }
        checkpoints = Checkpoints(
            self.folder / f"checkpoint{stage.resolution}", state, self._replicas
        )
        first = checkpoints.restore()
        losses, started = [], time.monotonic()
        bar = tqdm.trange(first, stage.steps, desc=f"{stage.resolution}×", unit="step")
        for step in bar:
            losses.append(self._train_step(self._replicas.split(self._batch(step))))
            if (step + 1) % settings.checkpoint_steps == 0 or step + 1 == stage.steps:
                loss = float(tf.reduce_mean(losses))
                losses.clear()
                checkpoints.save(step + 1)
                with self._averaged():
                    psnr = self._evaluate()
                self._log(step + 1, loss, psnr, time.monotonic() - started)
                bar.set_postfix(loss=f"{loss:.4f}", psnr=f"{psnr:.2f}")
        with self._averaged():
            values = {name: variable.numpy() for name, variable in self._variables.items()}
        with write_atomically(finished) as temporary:
            np.savez(temporary, **values)
        return values

    def _batch(self, step: int) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """Codes [n, L, 512], pictures uint8 [n, S, S, 3] and weights [n, R, R, 1] of a step."""
        stage = self.stage
        rng = np.random.default_rng((self._settings.seed, stage.resolution, step))
        limit = 1.0
        if step < stage.frontal_steps:
            limit = _LEAST_POSE + (1 - _LEAST_POSE) * step / stage.frontal_steps
        allowed = np.flatnonzero(self._turned <= limit)
        if len(allowed) < 2 * stage.batch_size:  # too small a set for a curriculum
            allowed = np.flatnonzero(np.isfinite(self._turned))
        rows = np.sort(rng.choice(allowed, stage.batch_size, replace=False))
        others = self.faces.vectors[rng.choice(allowed, stage.batch_size)]
        mixed = draw_mixed_vectors(self.faces.vectors[rows], others, self.network.num_layers, rng)
        codes = w_from_vectors(mixed.reshape(-1, mixed.shape[-1]))
        return (
            tf.constant(codes.reshape(*mixed.shape[:2], -1)),
            tf.constant(self.faces.images(rows)),
            tf.constant(feature_weights(self._landmarks[rows], stage.resolution)),
        )

    def _target(self, pixels: tf.Tensor) -> tf.Tensor:
        reduction = self.stage.set_size // self.stage.resolution
        target = tf.cast(pixels, tf.float32) * (2 / 255) - 1
        return tf.nn.avg_pool2d(target, reduction, reduction, "VALID") if reduction > 1 else target

    def _step(self, batch: tuple[tf.Tensor, ...]) -> tf.Tensor:
        loss = self._replicas.run(self._replica_step, batch)
        step = tf.cast(self._optimizer.iterations, tf.float32)
        decay = tf.minimum(_AVERAGE, step / (step + 10))  # the first steps are soon forgotten
        for average, variable in zip(self._averages, self._trained, strict=True):
            average.assign(variable + decay * (average - variable))
        return loss

    def _replica_step(self, batch: tuple[tf.Tensor, ...]) -> tf.Tensor:
        """A replica's part of the batch's mean loss, from its rows."""
        codes, pixels, weights = batch
        target = self._target(pixels)
        with tf.GradientTape() as tape:
            made = self.network(codes, noise="none")
            loss = picture_loss(made, target, weights)
            if self._distance is not None and self.stage.perceptual:
                part = max(1, self.stage.perceptual_batch // self._replicas.count)
                loss += self.stage.perceptual * self._distance(made[:part], target[:part])
            loss /= self._replicas.count
        gradients = tape.gradient(loss, self._trained)
        self._optimizer.apply(gradients, self._trained)
        return loss

    @contextlib.contextmanager
    def _averaged(self) -> Iterator[None]:
        """The network has the averages of its variables inside, its variables again after."""
        trained = [variable.numpy() for variable in self._trained]
        for variable, average in zip(self._trained, self._averages, strict=True):
            variable.assign(average)
        try:
            yield
        finally:
            for variable, value in zip(self._trained, trained, strict=True):
                variable.assign(value)

    def _evaluate(self) -> float:
        """PSNR in decibels on the held-out faces; writes a sheet, rendered above generated."""
        held, batch = self._settings.held_out, self.stage.batch_size
        errors: list[np.ndarray] = []
        shown: list[np.ndarray] = []
        for first in range(0, held, batch):
            rows = np.arange(first, min(first + batch, held))
            target = self._target(tf.constant(self.faces.images(rows))).numpy()
            w = w_from_vectors(self.faces.vectors[rows])
            w = np.repeat(w[:, None], self.network.num_layers, axis=1)
            made = np.clip(self._make(tf.constant(w)).numpy(), -1, 1)
            errors.append(np.square(made - target).mean(axis=(1, 2, 3)))
            if sum(len(part) for part in shown) < 2 * _SHEET_COLUMNS:
                shown.append(np.stack([target, made], axis=1))
        pairs = np.concatenate(shown)[: 2 * _SHEET_COLUMNS]
        write_image(self.folder / f"sheet{self.stage.resolution}.png", _sheet(pairs))
        # The peak is 2, from -1 to 1.
        return float(np.mean(10 * np.log10(4 / np.concatenate(errors))))

    def _log(self, step: int, loss: float, psnr: float, seconds: float) -> None:
        path = self.folder / "log.csv"
        fresh = not path.exists()
        with open(path, "a", newline="") as file:
            writer = csv.writer(file)
            if fresh:
                writer.writerow(LOG_FIELDS)
            row = (self.stage.resolution, step, f"{loss:.5f}", f"{psnr:.3f}", len(self.faces))
            writer.writerow((*row, f"{seconds:.0f}"))
        logging.info("%d×, step %d: loss %.5f, psnr %.2f", self.stage.resolution, step, loss, psnr)


def _sheet(pairs: np.ndarray) -> np.ndarray:
    """Pairs [n, 2, S, S, 3] in [-1, 1] as rows of pictures, each row above its twin."""
    pixels = np.rint((pairs + 1) * 127.5).clip(0, 255).astype(np.uint8)
    rows = []
    for first in range(0, len(pixels), _SHEET_COLUMNS):
        row = pixels[first : first + _SHEET_COLUMNS]
        blank = np.zeros((_SHEET_COLUMNS - len(row), *row.shape[1:]), np.uint8)
        row = np.concatenate([row, blank])
        rows += [np.concatenate(list(row[:, kind]), axis=1) for kind in (0, 1)]
    return np.concatenate(rows)
