"""Times the native operations against the reference ones, at each layer of a synthesis.

Prints a table of medians, interleaved in one process, and their ratio. What else runs on the
machine disturbs both alike, so the ratio tells more than the times.

Example:
  python tools/benchmark_ops.py --resolution=1024 --output=out/benchmark_ops.json
"""

from tools import driver
from tools.flag_sets import output as output_flags
from tools.flag_sets.numbers import define_integer, require_power_of_two

import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from absl import flags, logging

from stylegan_tf.files.json_files import write_json
from stylegan_tf.outputs.output_file import OutputFile

FLAGS = flags.FLAGS
flags.adopt_module_key_flags(output_flags)

define_integer("resolution", 1024, "Side of the images of the synthesis, a power of 2.", 8, 4096)
require_power_of_two("resolution", 8)
define_integer("batch_size", 1, "Images at once.", 1, 10000)
define_integer("repeats", 9, "Runs of each; the median counts.", 1, 1000)
flags.DEFINE_bool("train", False, "Time the gradient as well.")
flags.DEFINE_enum("dtype", "float32", ["float32", "bfloat16", "float16"], "Of the images.")
flags.DEFINE_string("output", None, "JSON file for the numbers.")

KERNEL = (1, 3, 3, 1)


class Case(NamedTuple):
    """An operation at one layer: called with an implementation's name, on `shape`."""

    name: str
    shape: tuple[int, ...]
    function: Callable[..., Any]


def main() -> None:
    """Runs the driver."""
    output = None
    if FLAGS.output is not None:
        output = OutputFile(FLAGS.output, output_flags.make_record(), overwrite=FLAGS.overwrite)
        if output.is_done():
            logging.info("%s is there already; --overwrite measures again", output.path)
            return

    from stylegan_tf.ops.native import library

    library.load()  # the compiler's minute is not part of any time
    rows: list[dict[str, Any]] = []
    print("| operation | images | ref ms | native ms | ref / native |")
    print("|---|---|---|---|---|")
    for case in _cases(FLAGS.resolution, FLAGS.batch_size):
        times = _measure(case, FLAGS.repeats)
        ref, native = (statistics.median(times[impl]) * 1e3 for impl in ("ref", "native"))
        shape = "×".join(str(side) for side in case.shape)
        print(
            f"| {case.name} | {shape} | {ref:.2f} | {native:.2f} | {ref / native:.2f} |", flush=True
        )
        rows.append({"operation": case.name, "shape": case.shape, "ref": ref, "native": native})
    total = {impl: sum(row[impl] for row in rows) for impl in ("ref", "native")}
    print(
        f"| all | | {total['ref']:.1f} | {total['native']:.1f} "
        f"| {total['ref'] / total['native']:.2f} |"
    )
    if output is not None:
        with output.making() as stage:
            write_json(stage / output.path.name, {"milliseconds": rows, "dtype": FLAGS.dtype})


def _cases(resolution: int, count: int) -> Iterator[Case]:
    """What a config-f synthesis calls at each resolution, apart from the convolutions."""
    from stylegan_tf import ops

    def blur(x: Any, impl: str) -> Any:
        return ops.upfirdn_2d(x, ops.setup_kernel(KERNEL, 4), 1, 1, 1, 1, 1, 1, 1, 1, impl=impl)

    def image_up(x: Any, impl: str) -> Any:
        return ops.upsample_2d(x, KERNEL, impl=impl)

    def end(x: Any, noise: Any, bias: Any, impl: str) -> Any:
        return ops.layer_end(x, None, noise, bias, "lrelu", 1.0, impl=impl)

    side = 8
    while side <= resolution:
        channels = min(512, 2**15 // side)
        yield Case("FIR after the up-convolution", (count, side + 1, side + 1, channels), blur)
        yield Case("image up-sampling", (count, side // 2, side // 2, 3), image_up)
        yield Case("noise, bias, lrelu", (count, side, side, channels), end)
        side *= 2


def _measure(case: Case, repeats: int) -> dict[str, list[float]]:
    import numpy as np
    import tensorflow as tf

    random = np.random.default_rng(0)

    def number(*shape: int) -> Any:
        return tf.constant(random.normal(size=shape).astype(np.float32))

    inputs = [tf.cast(number(*case.shape), FLAGS.dtype)]
    if case.name.startswith("noise"):
        inputs += [number(1, case.shape[1], case.shape[2], 1), number(case.shape[3])]

    def graph(impl: str) -> Callable[..., Any]:
        def forward(*inputs: Any) -> Any:
            # The convolution before it leaves a buffer that may be overwritten: so does this copy,
            # which both implementations pay for.
            return case.function(-inputs[0], *inputs[1:], impl)

        def train(*inputs: Any) -> Any:
            y = forward(*inputs)
            return tf.gradients(y, inputs[0], grad_ys=y)

        return tf.function(train if FLAGS.train else forward, autograph=False)

    graphs = {impl: graph(impl) for impl in ("ref", "native")}
    for function in graphs.values():
        function(*inputs)
    times: dict[str, list[float]] = {impl: [] for impl in graphs}
    for _ in range(repeats):
        for impl, function in graphs.items():
            start = time.perf_counter()
            function(*inputs)
            times[impl].append(time.perf_counter() - start)
    return times


if __name__ == "__main__":
    driver.run(main)
