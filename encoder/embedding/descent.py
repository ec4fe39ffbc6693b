"""How a code is moved against its gradient: Adam, plain steps, or steps with clipping."""

import tensorflow as tf

from encoder.embedding.methods import LIPTON_RANGE

_ADAM_BETA_1, _ADAM_BETA_2, _ADAM_EPSILON = 0.9, 0.999, 1e-8  # Kingma and Ba's; Image2StyleGAN's


class Descent:
    """The state and the rule of an optimiser for a batch of codes, each moved by itself."""

    def __init__(self, optimizer: str, rate: float, shape: list[int]) -> None:
        """Makes the variables.

        Args:
          optimizer: "adam", "sgd" or "clipped-sgd" (Lipton and Tripathi 2017).
          rate: the learning rate.
          shape: of the codes, the batch first.
        """
        self._optimizer, self._rate = optimizer, rate
        self._moments = [tf.Variable(tf.zeros(shape), trainable=False) for _ in range(2)]
        self._count = tf.Variable(0, trainable=False)
        self._seed = tf.Variable(0, trainable=False)

    def reset(self, seed: int) -> None:
        """Begins anew; `seed` is of the stochastic clipping."""
        for moment in self._moments:
            moment.assign(tf.zeros_like(moment))
        self._count.assign(0)
        self._seed.assign(seed)

    def move(self, code: tf.Tensor, gradient: tf.Tensor) -> tf.Tensor:
        """The codes after a step; works in a graph."""
        self._count.assign_add(1)
        if self._optimizer == "adam":
            first, second = self._moments
            first.assign(_ADAM_BETA_1 * first + (1 - _ADAM_BETA_1) * gradient)
            second.assign(_ADAM_BETA_2 * second + (1 - _ADAM_BETA_2) * tf.square(gradient))
            count = tf.cast(self._count, tf.float32)
            mean = first / (1 - _ADAM_BETA_1**count)
            spread = second / (1 - _ADAM_BETA_2**count)
            return code - self._rate * mean / (tf.sqrt(spread) + _ADAM_EPSILON)
        code -= self._rate * gradient
        if self._optimizer == "clipped-sgd":
            # One draw for all images of the batch: none may depend on its place.
            drawn = tf.random.stateless_uniform(
                [1, *code.shape[1:]], [self._seed, self._count], -LIPTON_RANGE, LIPTON_RANGE
            )
            code = tf.where(tf.abs(code) > LIPTON_RANGE, drawn, code)
        return code
