"""Faces whose yaw is known, and batches of them."""

import dataclasses
import os
import pathlib

import numpy as np
import tensorflow as tf

from encoder.images import read_image, resize_image
from stylegan_tf.errors import InputError
from stylegan_tf.files.tables import float_columns, read_table
from synthesis.baselines.pose_gan.generator import MAX_YAW

TABLE = "poses.csv"


@dataclasses.dataclass(frozen=True, eq=False)
class PosePictures:
    """Pictures uint8 [n, size, size, 3] and the yaw of each in degrees, float32 [n]."""

    images: np.ndarray
    yaws: np.ndarray

    @classmethod
    def read(cls, folder: str | os.PathLike, size: int) -> "PosePictures":
        """Reads a folder of square pictures and its `poses.csv`: columns `file` and `yaw`.

        The yaw is in degrees from −75 to 75, positive where the face turns to the picture's right.

        Raises:
          InputError: no such table, a line that is not understood, or a picture that is not square.
        """
        folder = pathlib.Path(folder)
        table = folder / TABLE
        if not table.is_file():
            raise InputError(f"{folder} holds no {TABLE} with the columns file and yaw")
        images = []
        rows = read_table(table, ("file", "yaw"))
        yaws = float_columns(rows, ["yaw"], table, -MAX_YAW, MAX_YAW)[:, 0]  # degrees
        for line, name in rows["file"].items():
            path = folder / name
            if not name:
                raise InputError(f"{table}, line {line}: it names no file")
            if not pathlib.Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder)):
                raise InputError(f"{table}, line {line}: {name} is outside the folder")
            image = read_image(path)
            if image.shape[0] != image.shape[1]:
                raise InputError(f"{path} is {image.shape[1]}×{image.shape[0]}, not square")
            images.append(resize_image(image, size, size))
        if not images:
            raise InputError(f"{table} lists no pictures")
        return cls(np.stack(images), yaws.astype(np.float32))


def pose_batches(
    pictures: PosePictures, batch_size: int, seed: int, first_step: int, replicas: int = 1
) -> tf.data.Dataset:
    """Endless batches of "images", uint8 [n, H, W, 3], and "yaws", degrees [n].

    As in `clip_batches`, a batch is a function of the seed and the step.

    Raises:
      InputError: a batch cannot be divided among the replicas.
    """
    if batch_size % replicas:
        raise InputError(f"a batch of {batch_size} does not divide among {replicas} devices")
    count = len(pictures.images)
    images, yaws = tf.constant(pictures.images), tf.constant(pictures.yaws)

    def pick(number: tf.Tensor) -> dict[str, tf.Tensor]:
        epoch, place = number // count, number % count
        key = tf.random.experimental.stateless_fold_in(tf.constant([seed, 1], tf.int64), epoch)
        index = tf.random.experimental.index_shuffle(place, tf.cast(key, tf.int32), count - 1)
        return {"images": images[index], "yaws": yaws[index]}

    numbers = tf.data.Dataset.range(first_step * batch_size, np.iinfo(np.int64).max)
    return numbers.map(pick).batch(batch_size // replicas, drop_remainder=True).prefetch(2)
