"""Loads the native operations, registers their gradients, and says when they are used.

The gradient of `Upfirdn2D` is another `Upfirdn2D`, and that of `BiasAct` another `BiasAct` of one
order more: so gradients have gradients, as path length and R1 regularisation need.
"""

import functools
import os
import threading
from typing import Any

import tensorflow as tf
from absl import logging

from stylegan_tf.errors import InputError
from stylegan_tf.ops.native.build import PAGE, BuildError, build, load_failure

IMPLEMENTATIONS = ("auto", "native", "ref")
VARIABLE = "STYLEGAN_VIDEO_OPS"  # what `impl='auto'` means
DTYPES = (tf.float32, tf.float16, tf.bfloat16)

# In the order of the enumeration in kernels.h.
ACTIVATION_NAMES = (
    "linear",
    "relu",
    "lrelu",
    "tanh",
    "sigmoid",
    "elu",
    "selu",
    "softplus",
    "swish",
)
_SECOND_ORDER = 2

_lock = threading.Lock()


@functools.cache
def _outcome() -> Any:
    """The loaded operations, or the BuildError that says why there are none. Once a process."""
    try:
        library = build(device())
        try:
            return tf.load_op_library(str(library))
        except (tf.errors.OpError, RuntimeError) as error:
            raise load_failure(library, error) from error
    except BuildError as error:
        return error


def device() -> str:
    """What the operations are built for: `cuda` where TensorFlow sees a GPU, else `cpu`."""
    return "cuda" if tf.config.list_physical_devices("GPU") else "cpu"


def load() -> Any:
    """The module of native operations, built if need be; raises BuildError if there is none."""
    with _lock:
        outcome = _outcome()
    if isinstance(outcome, BuildError):
        raise outcome
    return outcome


@functools.cache
def _say_that_there_are_none(message: str) -> None:
    logging.warning("the reference ops are used instead of the native ones: %s", message)


def available() -> bool:
    """Whether the native operations can be used; if not, the log says why, once."""
    try:
        load()
    except BuildError as error:
        _say_that_there_are_none(str(error))
        return False
    return True


def wanted(impl: str, *, faster: bool) -> str:
    """What `impl` comes to before it is known what fits: `ref`, `native`, or `auto`.

    Args:
      impl: as the operation was called with; `auto` is what `STYLEGAN_VIDEO_OPS` says.
      faster: whether the native operation is the faster one here; if not, `auto` means `ref`.
    """
    if impl not in IMPLEMENTATIONS:
        raise InputError(f"impl must be {', '.join(IMPLEMENTATIONS)}, not {impl!r}")
    if impl == "auto":
        impl = os.environ.get(VARIABLE) or "auto"
        if impl not in IMPLEMENTATIONS:
            raise InputError(f"{VARIABLE} must be {', '.join(IMPLEMENTATIONS)}, not {impl!r}")
    return "ref" if impl == "auto" and not faster else impl


def use_native(impl: str, dtype: tf.DType, *, faster: bool = True) -> bool:
    """Whether an operation runs natively.

    Args:
      impl: `ref`, `native` or `auto`.
      dtype: of the images.
      faster: whether native is the faster one here, for `auto`.

    Raises:
      BuildError: `native` is asked for, and cannot be had.
      InputError: `impl` is none of the three, or there is no native operation for the type.
    """
    choice = wanted(impl, faster=faster)
    if choice == "ref":
        return False
    if dtype not in DTYPES:
        if impl == "native":
            names = ", ".join(kind.name for kind in DTYPES)
            raise InputError(f"the native ops are for {names}, not {dtype.name}; see {PAGE}")
        return False
    if choice == "native":
        load()
        return True
    return available()


def upfirdn(
    x: tf.Tensor,
    kernel: tf.Tensor,
    size: tf.Tensor,
    *,
    up: tuple[int, int],
    down: tuple[int, int],
    pad: tuple[int, int],
    channels_first: bool,
) -> tf.Tensor:
    """The native `upfirdn_2d`; pairs are y, x.

    Args:
      x: `[N, H, W, C]`, or `[N, C, H, W]`.
      kernel: `[kh, kw]` float32.
      size: height and width of the result: what it reads beyond the image is 0, so this takes the
        place of the padding after it.
      up: zeros and pixels to a pixel.
      down: of how many pixels one is kept.
      pad: zeros before the image; a negative number crops.
      channels_first: how `x` lies.
    """
    return load().stylegan_video_upfirdn2d(
        x=x,
        kernel=kernel,
        size=size,
        up=list(up),
        down=list(down),
        pad=list(pad),
        channels_first=channels_first,
    )


@tf.RegisterGradient("StyleganVideo>Upfirdn2D")
def _upfirdn_gradient(op: tf.Operation, dy: tf.Tensor) -> tuple[tf.Tensor, None, None]:
    """The same operation with the kernel mirrored, `up` and `down` exchanged."""
    x, kernel = op.inputs[0], op.inputs[1]
    first, pad = op.get_attr("channels_first"), op.get_attr("pad")
    height, width = kernel.shape
    sides = slice(2, 4) if first else slice(1, 3)
    dx = upfirdn(
        dy,
        tf.reverse(kernel, [0, 1]),
        tf.shape(x)[sides],
        up=tuple(op.get_attr("down")),
        down=tuple(op.get_attr("up")),
        pad=(height - 1 - pad[0], width - 1 - pad[1]),
        channels_first=first,
    )
    return tf.ensure_shape(dx, x.shape), None, None


def bias_act(
    x: tf.Tensor, bias: tf.Tensor | None, *, act: str, alpha: float, gain: float, axis: int
) -> tf.Tensor:
    """The native `fused_bias_act`; `axis` counts from 0."""
    none = tf.zeros([0], x.dtype)
    return _bias_act(x, none, none if bias is None else bias, act, 0, alpha, gain, axis)


def _bias_act(
    x: tf.Tensor,
    reference: tf.Tensor,
    bias: tf.Tensor,
    act: str,
    order: int,
    alpha: float,
    gain: float,
    axis: int,
) -> tf.Tensor:
    return load().stylegan_video_bias_act(
        x=x,
        reference=reference,
        bias=bias,
        act=ACTIVATION_NAMES.index(act),
        order=order,
        alpha=alpha,
        gain=gain,
        axis=axis,
    )


@tf.RegisterGradient("StyleganVideo>BiasAct")
def _bias_act_gradient(
    op: tf.Operation, dy: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor | None, tf.Tensor | None]:
    x, reference, bias = op.inputs
    order, axis = op.get_attr("order"), op.get_attr("axis")
    act = ACTIVATION_NAMES[op.get_attr("act")]
    alpha, gain = op.get_attr("alpha"), op.get_attr("gain")
    rest = (act, alpha, gain, axis)
    if order == 0:
        if act in ("relu", "lrelu") and alpha >= 0 and gain > 0:
            # The result has the sign of x + b, and other operations keep it anyway.
            at, offset = op.outputs[0], bias[:0]
        else:
            at, offset = x, bias
        dx = _derivative(dy, at, offset, 1, *rest)
        return dx, None, _sum_to_bias(dx, bias, axis)
    # x times a derivative at reference + bias: linear in x.
    dx = _derivative(dy, reference, bias, order, *rest)
    if act in ("linear", "relu", "lrelu"):
        return dx, None, None
    if order == _SECOND_ORDER:
        raise NotImplementedError(f"the native {act} has no third derivative; use impl='ref'")
    d_reference = _derivative(dy * x, reference, bias, order + 1, *rest)
    return dx, d_reference, _sum_to_bias(d_reference, bias, axis)


def _derivative(
    dy: tf.Tensor,
    at: tf.Tensor,
    bias: tf.Tensor,
    order: int,
    act: str,
    alpha: float,
    gain: float,
    axis: int,
) -> tf.Tensor:
    return _bias_act(dy, at, bias, act, order, alpha, gain, axis)


def _sum_to_bias(dx: tf.Tensor, bias: tf.Tensor, axis: int) -> tf.Tensor | None:
    if bias.shape.num_elements() == 0:
        return None
    return tf.reduce_sum(dx, axis=[i for i in range(dx.shape.rank) if i != axis])


def layer_end(
    x: tf.Tensor,
    scale: tf.Tensor | None,
    noise: tf.Tensor | None,
    bias: tf.Tensor,
    *,
    act: str,
    alpha: float,
    gain: float,
) -> tf.Tensor:
    """What follows a modulated convolution, in one pass: `gain * act(x * scale + noise + bias)`.

    Args:
      x: `[N, H, W, C]`.
      scale: `[N, C]` float32 (demodulation), or None.
      noise: `[1 or N, H, W, 1]` float32, or None.
      bias: `[C]` float32.
      act: `linear`, `relu` or `lrelu`.
      alpha: lrelu's slope below zero, at least 0.
      gain: factor of the result, above 0.
    """
    if act not in ("linear", "relu", "lrelu") or alpha < 0 or gain <= 0:
        raise InputError("the fused end of a layer is for linear, relu and lrelu")
    none = tf.zeros([0], tf.float32)
    return load().stylegan_video_layer_end(
        x=x,
        scale=none if scale is None else scale,
        noise=none if noise is None else noise,
        bias=bias,
        act=ACTIVATION_NAMES.index(act),
        alpha=alpha,
        gain=gain,
        has_scale=scale is not None,
        has_noise=noise is not None,
    )


@tf.RegisterGradient("StyleganVideo>LayerEnd")
def _layer_end_gradient(
    op: tf.Operation, dy: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor | None, tf.Tensor | None, tf.Tensor]:
    x, scale, noise, _ = op.inputs
    act = ACTIVATION_NAMES[op.get_attr("act")]
    alpha, gain = op.get_attr("alpha"), op.get_attr("gain")
    du = _derivative(dy, op.outputs[0], tf.zeros([0], dy.dtype), 1, act, alpha, gain, 3)
    wide = tf.cast(du, tf.float32)
    d_scale = d_noise = None
    dx = du
    if op.get_attr("has_scale"):
        dx = tf.cast(wide * scale[:, tf.newaxis, tf.newaxis], x.dtype)
        d_scale = tf.reduce_sum(wide * tf.cast(x, tf.float32), axis=[1, 2])
    if op.get_attr("has_noise"):
        d_noise = tf.reduce_sum(wide, axis=3, keepdims=True)
        if noise.shape[0] == 1:
            d_noise = tf.reduce_sum(d_noise, axis=0, keepdims=True)
        elif noise.shape[0] is None:
            one = tf.equal(tf.shape(noise)[0], 1)
            d_noise = tf.cond(
                one, lambda: tf.reduce_sum(d_noise, axis=0, keepdims=True), lambda: d_noise
            )
    return dx, d_scale, d_noise, tf.reduce_sum(wide, axis=[0, 1, 2])
