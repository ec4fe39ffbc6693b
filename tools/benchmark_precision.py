"""Measures what precision and native operations do to a synthesis: time and error.

Each variant maps and synthesises the same seeds, in turn, in one process; the synthesis is timed.
Errors are against float32 with TensorFlow's own operations, in levels of an 8-bit image (0 to 255),
before rounding.

Examples:
  python tools/benchmark_precision.py --seeds=66,230
  python tools/benchmark_precision.py --full_size --variants=float32/ref,float32/native
"""

from tools import driver
from tools.flag_sets import network as network_flags
from tools.flag_sets.network import POLICIES
from tools.flag_sets.numbers import define_integer
from tools.flag_sets.seeds import number_ranges

import os
import statistics
import time
from collections.abc import Callable

import numpy as np
from absl import flags

from stylegan_tf.errors import InputError

FLAGS = flags.FLAGS
flags.DEFINE_bool(
    "full_size", False, "A full config-f with random weights, 1024×1024, in place of --network."
)
flags.DEFINE_list(
    "variants",
    ["float32/ref", "float32/native", "bfloat16/native", "float16/native"],
    "Precision and implementation of each.",
)
flags.DEFINE_list("seeds", ["66", "230"], "Images whose error is measured.")
define_integer("repeats", 5, "Timed runs of one image each; the median counts.", 1, 1000)


def main() -> None:
    """Runs the driver."""
    if not FLAGS.full_size:
        network_flags.check()
    network_flags.refuse_precision("--variants names precisions")
    seeds = number_ranges("seeds", FLAGS.seeds)
    variants = dict.fromkeys(["float32/ref", *FLAGS.variants])
    for variant in variants:
        policy, _, impl = variant.partition("/")
        if policy not in POLICIES or impl not in ("ref", "native", "auto"):
            raise InputError(f"--variants has {variant!r}; it is {'|'.join(POLICIES)}/ref|native")
    images: dict[str, np.ndarray] = {}
    times: dict[str, list[float]] = {variant: [] for variant in variants}
    runs = {variant: _synthesis(variant, seeds) for variant in variants}
    for variant, run in runs.items():
        images[variant] = np.concatenate([run(index) for index in range(len(seeds))])
    for _ in range(FLAGS.repeats):
        for variant, run in runs.items():
            start = time.perf_counter()
            run(0)
            times[variant].append(time.perf_counter() - start)
    exact = images["float32/ref"]
    base = statistics.median(times["float32/ref"])
    print(
        "| variant | s/image | float32/ref / this | largest error | mean error | levels changed |"
    )
    print("|---|---|---|---|---|---|")
    for variant in variants:
        seconds = statistics.median(times[variant])
        error = np.abs(_levels(images[variant]) - _levels(exact))
        changed = np.mean(np.rint(_levels(images[variant])) != np.rint(_levels(exact)))
        print(
            f"| {variant} | {seconds:.2f} | {base / seconds:.2f} | {error.max():.4f} "
            f"| {error.mean():.5f} | {changed:.2%} |"
        )


def _levels(images: np.ndarray) -> np.ndarray:
    return np.clip(images.astype(np.float64) * 127.5 + 127.5, 0, 255)


def _synthesis(variant: str, seeds: list[int]) -> Callable[[int], np.ndarray]:
    """A function that synthesises the image of the n-th seed."""
    import stylegan_tf
    from stylegan_tf import Generator
    from stylegan_tf.ops.native import library

    policy, _, impl = variant.partition("/")
    # Operations are chosen when the graph is made, at the first image below.
    os.environ[library.VARIABLE] = impl
    if FLAGS.full_size:
        generator = Generator.create(name="Gs", seed=1, compute_dtype=POLICIES[policy])
    else:
        loaded = stylegan_tf.load_networks(FLAGS.network, dtype=POLICIES[policy]).Gs
        if not isinstance(loaded, Generator):
            raise InputError(f"--network={FLAGS.network} has no W; give a StyleGAN or StyleGAN2")
        generator = loaded
    w = generator.map(generator.sample_z(seeds), truncation_psi=0.7)
    generator.synthesize(w[:1])
    return lambda index: generator.synthesize(w[index : index + 1])


if __name__ == "__main__":
    driver.run(main)
