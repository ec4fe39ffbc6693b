"""Distils the face renderer into a StyleGAN2 synthesis network, from 64×64 up to 1024×1024.

Nothing adversarial: the code w of a rendered face is known (encoder/rendered_faces/codes.py), so
each picture is its own supervision. As w holds the renderer's parameters, trained directions in it
are linear almost by construction. Blocks are added from the bottom up, as in progressive growing
(Karras et al. 2018), each stage starting from the variables of the one before.
"""

import dataclasses
import os
import pathlib
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import tensorflow as tf
import tqdm
from absl import logging

from encoder.rendered_faces.codes import w_parts_from_vectors
from encoder.rendered_faces.dataset import render_faces, sample_faces
from encoder.rendered_faces.geometry import VIEW_CENTRE_Y, VIEW_WIDTH, bump
from stylegan_tf.files.arrays import read_arrays
from stylegan_tf.files.whole_files import write_atomically
from stylegan_tf.networks.stylegan2 import Synthesis
from stylegan_tf.training.checkpoints import Checkpoints, values_of
from stylegan_tf.training.replicas import Replicas

# Narrow: 96 channels up to 32×32, then 64, 32, 16, 8, 8.
SYNTHESIS_KWARGS: dict[str, Any] = {"fmap_base": 2048, "fmap_max": 96, "fmap_min": 8}
# Emotions live in the first five layers, which every mask of the thesis moves (3.9). The next
# three are told of them in most pictures, the fine ones in half: they learn not to depend on it.
EMOTION_LAYERS = 5
_MIDDLE_LAYERS, _MIDDLE_TOLD, _FINE_TOLD = 3, 0.7, 0.5
_BETA1, _BETA2 = 0.9, 0.99
_SCALES = 4
CHECKPOINT_STEPS = 250


@dataclasses.dataclass(frozen=True)
class Stage:
    """One resolution's part of the training."""

    resolution: int
    faces: int  # pictures rendered for it
    render_size: int  # at this size, then averaged down to `resolution`
    steps: int
    batch_size: int
    learning_rate: float  # at the start; it falls along a half cosine
    final_learning_rate: float
    trained_from: int = 4  # blocks of lower resolution stay as they are


# The last two have few pictures, as large ones are slow to render: they train fine blocks only.
STAGES = (
    Stage(64, 20000, 128, 6000, 16, 1.2e-2, 3e-3),
    Stage(128, 20000, 128, 1750, 16, 6e-3, 1.5e-3),
    Stage(256, 5000, 256, 1000, 12, 4e-3, 1e-3),
    Stage(512, 300, 1024, 250, 8, 3e-3, 1e-3, trained_from=256),
    Stage(1024, 300, 1024, 250, 4, 3e-3, 3e-4, trained_from=512),
)


def distil(
    folder: str | os.PathLike,
    stages: tuple[Stage, ...] = STAGES,
    seed: int = 0,
    replicas: Replicas | None = None,
) -> Synthesis:
    """Trains through all stages and returns the last `Synthesis`.

    Args:
        folder: of the rendered pictures, the checkpoints and the loss log; a training that was
            stopped goes on from its last checkpoint there.
        stages: in order of resolution.
        seed: of pictures, initial weights and batches; the same seed gives the same training.
        replicas: on which devices; None for one.

    Raises:
        InputError: a stage's batch does not divide among the devices.
    """
    replicas = replicas or Replicas()
    for stage in stages:
        replicas.check_batch(stage.batch_size)
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    values = None
    for index, stage in enumerate(stages):
        values = _train_stage(folder, stage, values, (seed, index), replicas)
    return Synthesis(resolution=stages[-1].resolution, values=values, **SYNTHESIS_KWARGS)


def _train_stage(
    folder: pathlib.Path,
    stage: Stage,
    start: dict | None,
    seed: tuple[int, int],
    replicas: Replicas,
) -> dict[str, np.ndarray]:
    """Trains one stage from the variables `start`; returns the trained ones by name."""
    finished = folder / f"stage{stage.resolution}.npz"
    if finished.exists() and not replicas.has_others:  # they follow the chief's checkpoint
        return read_arrays(finished)
    with replicas.scope():
        network = Synthesis(
            resolution=stage.resolution, dtype="mixed_bfloat16", seed=seed[0], **SYNTHESIS_KWARGS
        )
    variables = network.variables_by_name
    for name, value in (start or {}).items():
        variables[name].assign(value)
    for name, variable in variables.items():
        if name.startswith("noise"):  # a renderer has no noise to learn: buffers of zeros
            variable.assign(np.zeros(variable.shape, np.float32))

    # The pictures depend on the seed and their size only, so that stages may share them.
    rng = np.random.default_rng((seed[0], stage.render_size))
    vectors = sample_faces(stage.faces, rng)
    images = render_faces(vectors, stage.render_size, folder / f"faces{stage.render_size}.npy")
    identity, emotion = w_parts_from_vectors(vectors)

    trained = _trained(network, stage)
    with replicas.scope():
        optimizer = _optimizer(trained, stage)
    state = {"network": list(variables.values()), "optimizer": values_of(optimizer)}
    checkpoints = Checkpoints(folder / f"checkpoint{stage.resolution}", state, replicas)
    train_step = _make_train_step(network, trained, optimizer, stage, replicas)
    losses = []
    bar = tqdm.trange(checkpoints.restore(), stage.steps, desc=f"{stage.resolution}×", unit="step")
    for step in bar:
        draw = np.random.default_rng((*seed, step))
        rows = np.sort(draw.choice(stage.faces, stage.batch_size, replace=False))
        told = _draw_told(draw, stage.batch_size, network.num_layers)
        batch = [tf.constant(part[rows]) for part in (identity, emotion, images)]
        losses.append(train_step(replicas.split((*batch, tf.constant(told)))))
        if (step + 1) % CHECKPOINT_STEPS == 0 or step + 1 == stage.steps:
            mean = float(tf.reduce_mean(losses))
            losses.clear()
            checkpoints.save(step + 1)
            bar.set_postfix(loss=f"{mean:.4f}")
            logging.info("%d×, step %d: loss %.5f", stage.resolution, step + 1, mean)
    values = {name: variable.numpy() for name, variable in variables.items()}
    with write_atomically(finished) as temporary:
        np.savez(temporary, **values)
    return values


def _draw_told(rng: np.random.Generator, count: int, layers: int) -> np.ndarray:
    """1 where a layer's code holds the picture's emotion, 0 where a calm one; [count, L, 1]."""
    told = np.ones((count, layers, 1), np.float32)
    fine = EMOTION_LAYERS + _MIDDLE_LAYERS
    told[:, EMOTION_LAYERS:fine] = (rng.random(count) < _MIDDLE_TOLD)[:, None, None]
    told[:, fine:] = (rng.random(count) < _FINE_TOLD)[:, None, None]
    return told


def _trained(network: Synthesis, stage: Stage) -> list:
    """The variables of the blocks to train; noise has no part in it, so its strengths stay 0."""
    return [
        variable
        for name, variable in network.variables_by_name.items()
        if "x" in name.split("/")[0]
        and not name.endswith("noise_strength")
        and int(name.split("x")[0]) >= stage.trained_from
    ]


def _optimizer(trained: list, stage: Stage) -> keras.optimizers.Optimizer:
    schedule = keras.optimizers.schedules.CosineDecay(
        stage.learning_rate, stage.steps, stage.final_learning_rate / stage.learning_rate
    )
    optimizer = keras.optimizers.Adam(schedule, beta_1=_BETA1, beta_2=_BETA2)
    optimizer.build(trained)
    return optimizer


def _make_train_step(
    network: Synthesis,
    trained: list,
    optimizer: keras.optimizers.Optimizer,
    stage: Stage,
    replicas: Replicas,
) -> Callable[..., tf.Tensor]:
    weights = tf.constant(attention(stage.resolution))
    reduction = stage.render_size // stage.resolution

    def replica_step(batch: tuple[tf.Tensor, ...]) -> tf.Tensor:
        identity, emotion, pixels, told = batch
        target = tf.cast(pixels, tf.float32) * (2 / 255) - 1
        if reduction > 1:
            target = tf.nn.avg_pool2d(target, reduction, reduction, "VALID")
        w = identity[:, tf.newaxis] + emotion[:, tf.newaxis] * told
        with tf.GradientTape() as tape:
            loss = image_loss(network(w, noise="none"), target, weights) / replicas.count
        optimizer.apply(tape.gradient(loss, trained), trained)
        return loss

    return tf.function(lambda batch: replicas.run(replica_step, batch), autograph=False)


def image_loss(made: tf.Tensor, target: tf.Tensor, weights: tf.Tensor) -> tf.Tensor:
    """Weighted mean absolute difference of pixels and of their slopes, summed over four scales.

    Each scale is half the one before. The slopes keep wrinkles and edges from blurring.

    Args:
        made, target: [n, H, W, 3] in [-1, 1].
        weights: [1, H, W, 1].
    """
    difference, loss = made - target, 0.0
    for scale in range(_SCALES):
        if scale:
            difference = tf.nn.avg_pool2d(difference, 2, 2, "VALID")
            weights = tf.nn.avg_pool2d(weights, 2, 2, "VALID")
        loss += tf.reduce_mean(weights * tf.abs(difference))
        across = tf.abs(difference[:, :, 1:] - difference[:, :, :-1])
        down = tf.abs(difference[:, 1:] - difference[:, :-1])
        loss += tf.reduce_mean(weights[:, :, 1:] * across) + tf.reduce_mean(weights[:, 1:] * down)
    return loss


def attention(size: int) -> np.ndarray:
    """How much each pixel of an aligned face matters, [1, size, size, 1]: eyes and mouth most."""
    axis = ((np.arange(size, dtype=np.float32) + 0.5) / size - 0.5) * VIEW_WIDTH
    x, y = np.meshgrid(np.abs(axis), axis + VIEW_CENTRE_Y)
    weights = 0.6 + 2.5 * bump(x, y, 0.5, -0.12, 0.35, 0.28) + 2.5 * bump(x, y, 0, 1.1, 0.5, 0.32)
    return (weights / weights.mean()).astype(np.float32)[None, ..., None]
