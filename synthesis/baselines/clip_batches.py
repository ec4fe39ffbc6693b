"""Batches of clips for training, each a function of the seed and the step alone."""

import dataclasses
import functools
from collections.abc import Callable
from typing import Literal

import numpy as np
import tensorflow as tf

from stylegan_tf.errors import InputError
from synthesis.baselines.clip_store import ClipStore


@dataclasses.dataclass(frozen=True)
class ClipWindow:
    """Which frames of a clip a network is shown.

    Attributes:
      frames: how many.
      every: every how manyth.
      start: "random" anywhere in the clip, or "first".
      short: what to do with clips that have fewer than `frames` × `every`: show frames in a row
        from the first ("consecutive"; refuses clips of fewer than `frames`), or "repeat" the last.
    """

    frames: int
    every: int = 1
    start: Literal["random", "first"] = "random"
    short: Literal["consecutive", "repeat"] = "consecutive"

    def rows(self, length: int, random: np.random.Generator) -> np.ndarray:
        """Numbers [frames] of the frames to show of a clip of `length`."""
        steps = np.arange(self.frames)
        if length >= self.frames * self.every:
            last_start = length - self.every * (self.frames - 1)
            start = int(random.integers(last_start)) if self.start == "random" else 0
            return start + self.every * steps
        return np.minimum(steps, length - 1)


def clip_batches(
    store: ClipStore,
    window: ClipWindow,
    batch_size: int,
    image_batch_size: int,
    seed: int,
    first_step: int,
    replicas: int = 1,
) -> tf.data.Dataset:
    """Endless batches, shuffled anew in every epoch, starting with that of step `first_step`.

    With several replicas each step takes as many elements, one for each of them.

    Args:
      store: the clips.
      window: the frames to show of each.
      batch_size: clips a batch.
      image_batch_size: frames a batch, drawn from all frames of all clips; 0 for none.
      seed: of the order and the windows.
      first_step: 0 for the first of all; the batch of a step does not depend on it.
      replicas: among how many the batch of a step is divided.

    Returns:
      Dictionaries as `AdversarialTraining.step` takes them.

    Raises:
      InputError: clips are shorter than the window allows, or a batch cannot be divided.
    """
    if batch_size % replicas or image_batch_size % replicas:
        raise InputError(
            f"a batch of {batch_size} clips and {image_batch_size} images does not divide among "
            f"{replicas} devices"
        )
    if window.short == "consecutive":
        short = [i for i, length in enumerate(store.lengths) if length < window.frames]
        if short:
            raise InputError(
                f"{len(short)} of {len(store.lengths)} clips have fewer than {window.frames} "
                f"frames, such as {store.names[short[0]]} with {store.lengths[short[0]]}"
            )
    size, labels = store.size, store.labels

    def clip(number: int) -> tuple[np.ndarray, np.ndarray]:
        index = _shuffled(number, len(store.lengths), seed, 0)
        rows = window.rows(int(store.lengths[index]), np.random.default_rng([seed, 1, number]))
        return store.frames(index, rows), labels[index]

    def image(number: int) -> np.ndarray:
        return store.frame(_shuffled(number, int(store.lengths.sum()), seed, 2))

    def parts(
        draw: Callable, batch: int, types: list[tf.DType], shapes: list[list[int]]
    ) -> tf.data.Dataset:
        numbers = tf.data.Dataset.range(first_step * batch, np.iinfo(np.int64).max)

        def load(number: tf.Tensor) -> tuple[tf.Tensor, ...]:
            values = tf.numpy_function(draw, [number], types, stateful=False)
            for value, shape in zip(values, shapes, strict=True):
                value.set_shape(shape)
            return tuple(values)

        # One at a time: a draw is a copy out of a mapped file.
        return numbers.map(load).batch(batch // replicas, drop_remainder=True)

    clips = parts(clip, batch_size, [tf.uint8, tf.int32], [[window.frames, size, size, 3], []]).map(
        lambda videos, labels: {"videos": videos, "labels": labels}
    )
    if image_batch_size:
        images = parts(lambda n: (image(n),), image_batch_size, [tf.uint8], [[size, size, 3]])
        clips = tf.data.Dataset.zip(clips, images).map(
            lambda batch, images: {**batch, "images": images[0]}
        )
    return clips.prefetch(2)


def _shuffled(number: int, count: int, seed: int, stream: int) -> int:
    """The item that comes `number`-th when `count` items are shuffled anew in every epoch."""
    epoch, place = divmod(int(number), count)
    return int(_order(count, seed, stream, epoch)[place])


@functools.lru_cache(maxsize=4)
def _order(count: int, seed: int, stream: int, epoch: int) -> np.ndarray:
    return np.random.default_rng([seed, stream, epoch]).permutation(count)
