"""StyleGAN2's custom op `upfirdn_2d`: upsampling, FIR filtering and downsampling in one step.

All images are `[N, H, W, C]`, or `[N, C, H, W]` with `data_format="NCHW"`. `impl` says whether
TensorFlow's own operations do the work (`ref`), a compiled one (`native`), or whichever is there
and faster (`auto`). A FIR kernel is a list of numbers (then its outer product with itself
is meant) or a matrix; it is a convolution kernel, so it is mirrored against `tf.nn.conv2d`.
"""

from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from stylegan_tf.errors import InputError
from stylegan_tf.ops.native import library

# Above so many channels TensorFlow's float16 is the faster one: see tools/benchmark_ops.py.
FLOAT16_CHANNELS = 16


def setup_kernel(kernel: Sequence | np.ndarray | None, gain: float = 1.0) -> np.ndarray:
    """The FIR kernel as a matrix `[h, w]` whose sum is `gain`."""
    kernel = np.asarray(kernel, np.float32)
    if kernel.ndim == 1:
        kernel = np.outer(kernel, kernel)
    if kernel.ndim != 2 or kernel.size == 0 or not np.sum(kernel):
        raise InputError("a resampling kernel is a list of numbers or a matrix, not adding up to 0")
    return kernel / np.sum(kernel) * np.float32(gain)


def upfirdn_2d(
    x: tf.Tensor,
    k: np.ndarray,
    upx: int = 1,
    upy: int = 1,
    downx: int = 1,
    downy: int = 1,
    padx0: int = 0,
    padx1: int = 0,
    pady0: int = 0,
    pady1: int = 0,
    data_format: str = "NHWC",
    impl: str = "auto",
) -> tf.Tensor:
    """Inserts zeros, pads or crops, convolves with `k`, keeps every `down`-th pixel.

    1. Each pixel is followed by `up - 1` zeros in its direction.
    2. `pad` zeros are added before (0) and after (1); a negative number crops.
    3. The image is convolved with `k` `[kh, kw]`, each channel by itself, without padding.
    4. Every `down`-th pixel is kept, the first one included.

    Raises:
      BuildError: `impl` is `native`, and the native operations cannot be built.
      InputError: `data_format` or `impl` is unknown.
    """
    k = np.asarray(k, np.float32)
    if data_format not in ("NHWC", "NCHW"):
        raise InputError(f"data_format must be NHWC or NCHW, not {data_format!r}")
    x = tf.convert_to_tensor(x)
    channels = x.shape[3 if data_format == "NHWC" else 1]
    slower = x.dtype == tf.float16 and data_format == "NHWC" and channels > FLOAT16_CHANNELS
    if library.use_native(impl, x.dtype, faster=not slower):
        return _native_upfirdn_2d(
            x,
            k,
            (upy, upx),
            (downy, downx),
            ((pady0, pady1), (padx0, padx1)),
            data_format == "NCHW",
        )
    if data_format == "NCHW":
        x = tf.transpose(x, [0, 2, 3, 1])
    y = _reference_upfirdn_2d(x, k, upx, upy, downx, downy, padx0, padx1, pady0, pady1)
    return tf.transpose(y, [0, 3, 1, 2]) if data_format == "NCHW" else y


def _native_upfirdn_2d(
    x: tf.Tensor,
    k: np.ndarray,
    up: tuple[int, int],
    down: tuple[int, int],
    pads: tuple[tuple[int, int], tuple[int, int]],
    channels_first: bool,
) -> tf.Tensor:
    """The compiled operation; pairs are y, x."""
    sides: list[int | tf.Tensor] = []
    for i, (before, after) in enumerate(pads):
        axis = i + (2 if channels_first else 1)
        side = x.shape[axis] if x.shape[axis] is not None else tf.shape(x)[axis]
        sides.append((side * up[i] + before + after - k.shape[i]) // down[i] + 1)
    return library.upfirdn(
        x,
        tf.constant(k),
        tf.stack(sides) if any(tf.is_tensor(side) for side in sides) else tf.constant(sides),
        up=up,
        down=down,
        pad=(pads[0][0], pads[1][0]),
        channels_first=channels_first,
    )


def _reference_upfirdn_2d(
    x: tf.Tensor,
    k: np.ndarray,
    upx: int,
    upy: int,
    downx: int,
    downy: int,
    padx0: int,
    padx1: int,
    pady0: int,
    pady1: int,
) -> tf.Tensor:
    """TensorFlow's own operations, channels last."""
    if upx > 1 or upy > 1:
        shape = tf.shape(x)
        height, width, channels = shape[1], shape[2], x.shape[3]
        x = tf.reshape(x, [-1, height, 1, width, 1, channels])
        x = tf.pad(x, [[0, 0], [0, 0], [0, upy - 1], [0, 0], [0, upx - 1], [0, 0]])
        x = tf.reshape(x, [-1, height * upy, width * upx, channels])
    x = tf.pad(x, [[0, 0], [max(pady0, 0), max(pady1, 0)], [max(padx0, 0), max(padx1, 0)], [0, 0]])
    x = x[
        :,
        max(-pady0, 0) : pady1 if pady1 < 0 else None,
        max(-padx0, 0) : padx1 if padx1 < 0 else None,
    ]
    if k.shape != (1, 1) or k[0, 0] != 1:
        weight = np.repeat(k[::-1, ::-1, np.newaxis, np.newaxis], x.shape[3], axis=2)
        stride = downy if downx == downy else 1
        x = tf.nn.depthwise_conv2d(
            x, tf.constant(weight, x.dtype), [1, stride, stride, 1], padding="VALID"
        )
        if downx == downy:
            return x
    return x if downx == downy == 1 else x[:, ::downy, ::downx]


def _simple_upfirdn_2d(
    x: tf.Tensor,
    k: np.ndarray,
    pad0: int,
    pad1: int,
    up: int = 1,
    down: int = 1,
    data_format: str = "NHWC",
    impl: str = "auto",
) -> tf.Tensor:
    return upfirdn_2d(
        x, k, up, up, down, down, pad0, pad1, pad0, pad1, data_format=data_format, impl=impl
    )


def filter_2d(
    x: tf.Tensor,
    k: Sequence | np.ndarray,
    gain: float = 1.0,
    data_format: str = "NHWC",
    impl: str = "auto",
) -> tf.Tensor:
    """Convolves each channel with `k`, scaled to the sum `gain`; the size stays."""
    k = setup_kernel(k, gain)
    p = k.shape[0] - 1
    return _simple_upfirdn_2d(x, k, (p + 1) // 2, p // 2, data_format=data_format, impl=impl)


def upsample_2d(
    x: tf.Tensor,
    k: Sequence | np.ndarray | None = None,
    factor: int = 2,
    gain: float = 1.0,
    data_format: str = "NHWC",
    impl: str = "auto",
) -> tf.Tensor:
    """Enlarges `[N, H, W, C]` by an integer; `k` None means nearest neighbour."""
    k = setup_kernel([1] * factor if k is None else k, gain * factor**2)
    p = k.shape[0] - factor
    return _simple_upfirdn_2d(
        x, k, (p + 1) // 2 + factor - 1, p // 2, up=factor, data_format=data_format, impl=impl
    )


def downsample_2d(
    x: tf.Tensor,
    k: Sequence | np.ndarray | None = None,
    factor: int = 2,
    gain: float = 1.0,
    data_format: str = "NHWC",
    impl: str = "auto",
) -> tf.Tensor:
    """Shrinks `[N, H, W, C]` by an integer; `k` None means averaging."""
    k = setup_kernel([1] * factor if k is None else k, gain)
    p = k.shape[0] - factor
    return _simple_upfirdn_2d(
        x, k, (p + 1) // 2, p // 2, down=factor, data_format=data_format, impl=impl
    )


def upsample_conv_2d(
    x: tf.Tensor,
    w: tf.Tensor,
    k: Sequence | np.ndarray | None = None,
    factor: int = 2,
    gain: float = 1.0,
    impl: str = "auto",
) -> tf.Tensor:
    """`upsample_2d` and a convolution with `w` `[kh, kw, in, out]` (odd, square) in one step."""
    size = w.shape[0]
    k = setup_kernel([1] * factor if k is None else k, gain * factor**2)
    p = (k.shape[0] - factor) - (size - 1)
    shape = tf.shape(x)
    output_shape = tf.stack(
        [
            shape[0],
            (shape[1] - 1) * factor + size,
            (shape[2] - 1) * factor + size,
            w.shape[3],
        ]
    )
    # The transposed convolution spreads each pixel by the mirrored kernel, which is the same as
    # convolving the zero-filled image with the kernel.
    weight = tf.transpose(w[::-1, ::-1], [0, 1, 3, 2])
    x = tf.nn.conv2d_transpose(x, weight, output_shape, factor, "VALID")
    x = tf.ensure_shape(x, [None, None, None, w.shape[3]])
    return _simple_upfirdn_2d(x, k, (p + 1) // 2 + factor - 1, p // 2 + 1, impl=impl)


def conv_downsample_2d(
    x: tf.Tensor,
    w: tf.Tensor,
    k: Sequence | np.ndarray | None = None,
    factor: int = 2,
    gain: float = 1.0,
    impl: str = "auto",
) -> tf.Tensor:
    """A convolution with `w` `[kh, kw, in, out]` (odd, square) and `downsample_2d` in one step."""
    size = w.shape[0]
    k = setup_kernel([1] * factor if k is None else k, gain)
    p = (k.shape[0] - factor) + (size - 1)
    x = _simple_upfirdn_2d(x, k, (p + 1) // 2, p // 2, impl=impl)
    return tf.nn.conv2d(x, w, factor, "VALID")
