"""Optimizers as the frameworks of the original programs compute them.

Keras' own put epsilon elsewhere, which shows where gradients are small.
"""

from typing import Any

import keras
import tensorflow as tf


class TorchAdam(keras.optimizers.Adam):
    """PyTorch's Adam: epsilon is added to the bias-corrected root, weight decay to the gradient.

    x ← x − lr · m̂ / (√v̂ + ε), with m̂ = m / (1 − β1ᵗ), v̂ = v / (1 − β2ᵗ), and g + `l2` · x for g.
    """

    def __init__(
        self,
        learning_rate: float,
        beta_1: float,
        beta_2: float,
        epsilon: float = 1e-8,
        l2: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(learning_rate, beta_1, beta_2, epsilon, **kwargs)
        self.l2 = l2

    def update_step(
        self, gradient: tf.Tensor, variable: tf.Variable, learning_rate: tf.Tensor
    ) -> None:
        """Moves one variable; called by `apply`."""
        dtype = variable.dtype
        step = tf.cast(self.iterations + 1, dtype)
        beta_1, beta_2 = tf.cast(self.beta_1, dtype), tf.cast(self.beta_2, dtype)
        gradient = tf.cast(gradient, dtype) + tf.cast(self.l2, dtype) * variable
        index = self._get_variable_index(variable)
        m, v = self._momentums[index], self._velocities[index]
        self.assign_add(m, (gradient - m) * (1 - beta_1))
        self.assign_add(v, (tf.square(gradient) - v) * (1 - beta_2))
        root = tf.sqrt(v / (1 - tf.pow(beta_2, step)))
        move = m / (1 - tf.pow(beta_1, step)) / (root + tf.cast(self.epsilon, dtype))
        self.assign_sub(variable, tf.cast(learning_rate, dtype) * move)


class ChainerRmsprop(keras.optimizers.Optimizer):
    """Chainer's RMSprop: x ← x − lr · g / (√s + ε), with s ← decay · s + (1 − decay) · g²."""

    def __init__(
        self, learning_rate: float, decay: float = 0.99, epsilon: float = 1e-8, **kwargs: Any
    ) -> None:
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.decay = decay
        self.epsilon = epsilon
        self._squares: list[keras.Variable] = []

    def build(self, variables: list[keras.Variable]) -> None:
        """Makes the running mean of squares of every variable."""
        if self.built:
            return
        super().build(variables)
        self._squares = [
            self.add_variable_from_reference(reference_variable=variable, name="square")
            for variable in variables
        ]

    def update_step(
        self, gradient: tf.Tensor, variable: tf.Variable, learning_rate: tf.Tensor
    ) -> None:
        """Moves one variable; called by `apply`."""
        dtype = variable.dtype
        gradient = tf.cast(gradient, dtype)
        square = self._squares[self._get_variable_index(variable)]
        self.assign_add(square, (tf.square(gradient) - square) * tf.cast(1 - self.decay, dtype))
        move = gradient / (tf.sqrt(square) + tf.cast(self.epsilon, dtype))
        self.assign_sub(variable, tf.cast(learning_rate, dtype) * move)
