"""StyleGAN2's custom op `fused_bias_act`: bias, nonlinearity and gain in one step.

Karras et al. 2020, appendix B.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import tensorflow as tf

from stylegan_tf.errors import InputError
from stylegan_tf.ops.native import library


class Activation(NamedTuple):
    """A nonlinearity with the gain that keeps the variance of its input, and its default slope."""

    function: Callable[[tf.Tensor, float], tf.Tensor]
    gain: float
    alpha: float = 0.0


_SQRT_2 = math.sqrt(2.0)

ACTIVATIONS = {
    "linear": Activation(lambda x, alpha: x, 1.0),
    "relu": Activation(lambda x, alpha: tf.nn.relu(x), _SQRT_2),
    "lrelu": Activation(tf.nn.leaky_relu, _SQRT_2, 0.2),
    "tanh": Activation(lambda x, alpha: tf.nn.tanh(x), 1.0),
    "sigmoid": Activation(lambda x, alpha: tf.nn.sigmoid(x), 1.0),
    "elu": Activation(lambda x, alpha: tf.nn.elu(x), 1.0),
    "selu": Activation(lambda x, alpha: tf.nn.selu(x), 1.0),
    "softplus": Activation(lambda x, alpha: tf.nn.softplus(x), 1.0),
    "swish": Activation(lambda x, alpha: tf.nn.sigmoid(x) * x, _SQRT_2),
}

# Those that are measured to be faster than TensorFlow's own: see tools/benchmark_ops.py.
FASTER_NATIVE = ("linear", "relu", "lrelu")


def activation(name: str) -> Activation:
    """Returns the nonlinearity of that name; raises InputError if there is none."""
    if name not in ACTIVATIONS:
        raise InputError(f"unknown nonlinearity {name!r}; known are {', '.join(ACTIVATIONS)}")
    return ACTIVATIONS[name]


def fused_bias_act(
    x: tf.Tensor,
    b: tf.Tensor | None = None,
    act: str = "linear",
    alpha: float | None = None,
    gain: float | None = None,
    axis: int = -1,
    impl: str = "auto",
) -> tf.Tensor:
    """Adds a bias, applies a nonlinearity, scales the result.

    Args:
      x: values of any shape.
      b: `[C]`, one bias for each index of `axis`, or None.
      act: a name in `ACTIVATIONS`.
      alpha: the slope below zero of `lrelu`; None for the nonlinearity's own.
      gain: the factor at the end; None for the nonlinearity's own.
      axis: the axis of `x` that `b` runs along.
      impl: `ref` for TensorFlow's operations, `native` for the compiled one, `auto` for
        whichever is there and faster.

    Raises:
      BuildError: `impl` is `native`, and the native operations cannot be built.
      InputError: the nonlinearity or `impl` is unknown, or the bias is no vector.
    """
    spec = activation(act)
    x = tf.convert_to_tensor(x)
    if b is not None and b.shape.rank != 1:
        raise InputError(f"a bias has one dimension, not {b.shape.rank}")
    if library.use_native(impl, x.dtype, faster=act in FASTER_NATIVE):
        return library.bias_act(
            x,
            b,
            act=act,
            alpha=spec.alpha if alpha is None else alpha,
            gain=spec.gain if gain is None else gain,
            axis=axis % x.shape.rank,
        )
    if b is not None:
        shape = [1] * x.shape.rank
        shape[axis] = -1
        x = x + tf.reshape(b, shape)
    x = spec.function(x, spec.alpha if alpha is None else alpha)
    gain = spec.gain if gain is None else gain
    return x if gain == 1 else x * tf.cast(gain, x.dtype)


def layer_end(
    x: tf.Tensor,
    scale: tf.Tensor | None,
    noise: tf.Tensor | None,
    bias: tf.Tensor,
    act: str,
    gain: float,
    impl: str = "auto",
) -> tf.Tensor:
    """What follows a modulated convolution: demodulation, noise, bias, nonlinearity and gain.

    The compiled operation does it in one pass, in place where nothing else needs `x`.

    Args:
      x: `[n, H, W, C]`.
      scale: `[n, C]`, what each channel is multiplied by first, or None.
      noise: `[1 or n, H, W, 1]`, added to all channels of a pixel, or None.
      bias: `[C]`.
      act: a name in `ACTIVATIONS`.
      gain: the factor at the end.
      impl: `ref`, `native` or `auto`; as in `fused_bias_act`. Of nonlinearities other than linear,
        relu and lrelu there is only `ref`, whatever it says.

    Raises:
      BuildError: `impl` is `native`, and the native operations cannot be built.
      InputError: the nonlinearity or `impl` is unknown.
    """
    alpha = activation(act).alpha
    fits = act in FASTER_NATIVE and gain > 0
    if library.use_native(impl if fits else "ref", x.dtype):
        full = [None if v is None else tf.cast(v, tf.float32) for v in (scale, noise, bias)]
        return library.layer_end(x, *full, act=act, alpha=alpha, gain=gain)
    if scale is not None:
        x *= tf.cast(scale, x.dtype)[:, tf.newaxis, tf.newaxis]
    x += tf.cast(bias if noise is None else noise + bias, x.dtype)
    return fused_bias_act(x, None, act, gain=gain, impl="ref")


def dense(
    x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor, act: str, lrmul: float = 1.0
) -> tf.Tensor:
    """A fully connected layer with equalised learning rate: `[n, in]` → `[n, out]`."""
    weight = tf.cast(weight * (lrmul / math.sqrt(weight.shape[0])), x.dtype)
    return fused_bias_act(tf.matmul(x, weight), tf.cast(bias * lrmul, x.dtype), act)
