"""Batches of examples in an order that only a seed decides, for training of classifiers.

tf.data's own shuffling depends on TensorFlow's global seed as well, which other code may set.
"""

import numpy as np
import tensorflow as tf


def shuffled_batches(
    inputs: np.ndarray,
    targets: np.ndarray,
    size: int,
    epochs: int,
    seed: int,
    mirror: bool = False,
    first_epoch: int = 0,
) -> tf.data.Dataset:
    """All examples in batches, in another order each epoch; one epoch follows the other.

    Args:
        inputs: `[n, …]`; images `[n, H, W, C]` if `mirror`.
        targets: `[n, …]`.
        size: examples in a batch; the last one of an epoch may have fewer.
        epochs: how many.
        seed: of orders and mirroring; nothing else has an influence on them.
        mirror: exchange left and right in half of the inputs, chosen at random.
        first_epoch: leave out the epochs before it.

    Returns:
        `ceil(n / size)` batches (inputs, targets) for each epoch.
    """
    random = np.random.default_rng(seed)
    shape = epochs, len(targets)
    orders = random.permuted(np.broadcast_to(np.arange(shape[1], dtype=np.int32), shape), axis=1)
    mirrored = random.random(shape) < 0.5 if mirror else np.zeros((epochs, 1), bool)
    all_inputs, all_targets = tf.constant(inputs), tf.constant(targets)

    def one_epoch(order: tf.Tensor, flags: tf.Tensor) -> tf.data.Dataset:
        rows = tf.data.Dataset.from_tensor_slices((order, flags) if mirror else (order, order))
        return rows.batch(size)

    def take(rows: tf.Tensor, flags: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        batch = tf.gather(all_inputs, rows)
        if mirror:
            batch = tf.where(flags[:, None, None, None], batch[:, :, ::-1], batch)
        return batch, tf.gather(all_targets, rows)

    left = orders[first_epoch:], mirrored[first_epoch:]
    return tf.data.Dataset.from_tensor_slices(left).flat_map(one_epoch).map(take)
