import keras
import numpy as np
import tensorflow as tf

from synthesis.baselines.optimizers import ChainerRmsprop, TorchAdam


def run(optimizer, gradients):
    variable = keras.Variable([1.0, -2.0], dtype="float64")
    optimizer.build([variable])
    for gradient in gradients:
        optimizer.apply([tf.constant(gradient, tf.float64)])
    return variable.numpy()


def test_adam_by_hand():
    gradients = [[0.5, 1e-9], [-0.25, 2e-9]]  # one so small that epsilon counts
    x, m, v = np.array([1.0, -2.0]), 0, 0
    for step, gradient in enumerate(gradients, 1):
        g = np.array(gradient) + 0.01 * x
        m, v = 0.5 * m + 0.5 * g, 0.999 * v + 0.001 * g**2
        x = x - 0.1 * (m / (1 - 0.5**step)) / (np.sqrt(v / (1 - 0.999**step)) + 1e-8)
    np.testing.assert_allclose(run(TorchAdam(0.1, 0.5, 0.999, l2=0.01), gradients), x, rtol=1e-6)


def test_adam_adds_epsilon_after_correction():
    moved = 1 - run(TorchAdam(1.0, 0.0, 0.999), [[1e-8, 0.0]])[0]
    np.testing.assert_allclose(moved, 0.5, rtol=1e-6)  # g / (g + epsilon)


def test_rmsprop_by_hand():
    gradients = [[0.5, -1e-8], [0.1, 3e-8]]
    x, s = np.array([1.0, -2.0]), 0
    for g in map(np.array, gradients):
        s = 0.99 * s + 0.01 * g**2
        x = x - 5e-5 * g / (np.sqrt(s) + 1e-8)
    np.testing.assert_allclose(run(ChainerRmsprop(5e-5), gradients), x, rtol=1e-9)
