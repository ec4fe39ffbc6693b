"""What is built, for what, and whether it gives the reference operations' numbers."""

from collections.abc import Callable, Iterator

import numpy as np
import tensorflow as tf

from stylegan_tf.ops.bias_act import ACTIVATIONS, fused_bias_act
from stylegan_tf.ops.native import build, library
from stylegan_tf.ops.upfirdn import upfirdn_2d

# Of the largest number, for each type: a rounding of its own, and float32's of the sum.
LIMITS = {"float32": 1e-6, "float16": 2**-11 + 1e-6, "bfloat16": 2**-8 + 1e-6}


def facts() -> Iterator[str]:
    """Lines that say what the native operations are built for, and with which compiler.

    Raises:
      BuildError: they cannot be built or loaded.
    """
    device = library.device()
    library.load()
    plan = build.make_plan(device)
    about = build.describe(plan.library)
    yield f"native ops for {device}: {plan.library}"
    yield f"TensorFlow {about.get('tensorflow', '?')}, {about.get('processor', '?')}"
    yield f"compiled by {about.get('compiler', '?')}"
    if about.get("cuda_architectures"):
        yield f"CUDA architectures {', '.join(about['cuda_architectures'])}"


def checks() -> Iterator[tuple[str, float, float]]:
    """Compares native and reference: name, error relative to the largest number, its limit."""
    random = np.random.default_rng(0)
    image = random.normal(size=[2, 16, 17, 19]).astype(np.float32)
    bias = random.normal(size=[19]).astype(np.float32)
    kernel = random.normal(size=[4, 4]).astype(np.float32)
    for dtype, limit in LIMITS.items():
        x, b = tf.cast(image, dtype), tf.cast(bias, dtype)
        for name, options in (
            ("up", {"upx": 2, "upy": 2, "padx0": 2, "pady0": 2, "padx1": 1, "pady1": 1}),
            ("filter", {"padx0": 2, "pady0": 2, "padx1": 1, "pady1": 1}),
            ("down", {"downx": 2, "downy": 2, "padx0": 1, "pady0": 1, "padx1": 1, "pady1": 1}),
        ):

            def resample(x: tf.Tensor, impl: str, options: dict = options) -> tf.Tensor:
                return upfirdn_2d(x, kernel, **options, impl=impl)

            yield f"upfirdn_2d {name} {dtype}", _difference(resample, x), limit
        for act in ACTIVATIONS:

            def activate(x: tf.Tensor, impl: str, act: str = act, b: tf.Tensor = b) -> tf.Tensor:
                return fused_bias_act(x, tf.cast(b, x.dtype), act, impl=impl)

            yield f"fused_bias_act {act} {dtype}", _difference(activate, x), limit


def _difference(function: Callable[[tf.Tensor, str], tf.Tensor], x: tf.Tensor) -> float:
    """The native result in x's own type against the reference's in float32."""
    exact = function(tf.cast(x, tf.float32), "ref").numpy()
    value = tf.cast(function(x, "native"), tf.float32).numpy()
    return float(np.abs(value - exact).max() / np.abs(exact).max())
