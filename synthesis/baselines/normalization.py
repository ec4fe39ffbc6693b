"""Batch normalization as PyTorch, Lua Torch and Chainer compute it."""

from typing import Any

import keras
import tensorflow as tf


class BatchNormalization(keras.layers.Layer):
    """Normalizes over all axes but the last.

    Unlike Keras' own layer it keeps the *unbiased* variance of a batch in its running average, as
    the three frameworks of the original programs do; the batch itself is normalized by the biased
    one. With `synchronized` the statistics of a batch are those over all replicas of a
    `tf.distribute` strategy, else each replica has its own.
    """

    def __init__(
        self,
        epsilon: float = 1e-5,
        momentum: float = 0.9,
        center: bool = True,
        scale: bool = True,
        gamma_initializer: Any = "ones",
        synchronized: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.epsilon = epsilon
        self.momentum = momentum
        self.center = center
        self.scale = scale
        self.gamma_initializer = keras.initializers.get(gamma_initializer)
        self.synchronized = synchronized

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Makes `gamma`, `beta`, `moving_mean` and `moving_variance`, each [channels]."""
        shape = (input_shape[-1],)
        self.gamma = self.beta = None
        if self.scale:
            self.gamma = self.add_weight(
                shape=shape, name="gamma", initializer=self.gamma_initializer
            )
        if self.center:
            self.beta = self.add_weight(shape=shape, name="beta", initializer="zeros")
        self.moving_mean = self.add_weight(
            shape=shape,
            name="moving_mean",
            trainable=False,
            initializer="zeros",
            aggregation="mean",
        )
        self.moving_variance = self.add_weight(
            shape=shape,
            name="moving_variance",
            trainable=False,
            initializer="ones",
            aggregation="mean",
        )

    def call(self, x: tf.Tensor, training: bool = False, update: bool = True) -> tf.Tensor:
        """Normalizes `x` [..., channels].

        Args:
          x: the batch.
          training: by the batch's own statistics, else by the running ones.
          update: whether a training call moves the running statistics.
        """
        if training:
            mean, variance, count = self._moments(x)
            if update:
                unbiased = variance * (count / tf.maximum(count - 1, 1))
                self._move(self.moving_mean, mean)
                self._move(self.moving_variance, unbiased)
        else:
            mean = tf.convert_to_tensor(self.moving_mean)
            variance = tf.convert_to_tensor(self.moving_variance)
        gamma = None if self.gamma is None else tf.convert_to_tensor(self.gamma)
        beta = None if self.beta is None else tf.convert_to_tensor(self.beta)
        return tf.nn.batch_normalization(x, mean, variance, beta, gamma, self.epsilon)

    def _moments(self, x: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        axes = list(range(x.shape.rank - 1))
        count = tf.cast(tf.reduce_prod(tf.shape(x)[:-1]), x.dtype)
        replicas = tf.distribute.get_replica_context()
        if not self.synchronized or replicas is None or replicas.num_replicas_in_sync == 1:
            mean, variance = tf.nn.moments(x, axes)
            return mean, variance, count
        mean = replicas.all_reduce(tf.distribute.ReduceOp.MEAN, tf.reduce_mean(x, axes))
        square = tf.reduce_mean(tf.math.squared_difference(x, mean), axes)
        variance = replicas.all_reduce(tf.distribute.ReduceOp.MEAN, square)
        return mean, variance, count * replicas.num_replicas_in_sync

    def _move(self, average: keras.Variable, value: tf.Tensor) -> None:
        value = tf.stop_gradient(value)
        average.assign(self.momentum * average + (1 - self.momentum) * value)
