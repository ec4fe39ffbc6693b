"""Says what a step of embedding costs, and whether images get slower or memory grows.

    python tools/time_embedding.py --fresh_resolution=1024 --images=3 --iterations=4
    python tools/time_embedding.py --images=200 --iterations=10 --warm_up=20 \
        --working_resolution=128 --skip_fine_blocks

Embeds random faces of the network one after the other. --fresh_resolution is a StyleGAN2 of
config-f's widths with untrained weights instead: a step costs what it costs with trained ones.
"""

from tools import driver
from tools.flag_sets import comparison as comparison_flags
from tools.flag_sets import network as network_flags
from tools.flag_sets import perceptual as perceptual_flags
from tools.flag_sets.numbers import define_integer

from collections.abc import Iterator

import numpy as np
from absl import flags
from tqdm import tqdm

from encoder.embedding.methods import METHODS
from stylegan_tf.errors import InputError

FLAGS = flags.FLAGS
for module in (comparison_flags, network_flags, perceptual_flags):
    flags.adopt_module_key_flags(module)
FLAGS.set_default("vgg_weights", "random")  # a step costs what it costs with trained ones

define_integer(
    "fresh_resolution", None, "An untrained config-f StyleGAN2 of this resolution.", 4, 4096
)
flags.DEFINE_enum("method", "image2stylegan", list(METHODS), "How to embed.")
define_integer("images", 20, "Images to time.", 1, 1_000_000)
define_integer("warm_up", 1, "Images before those, which are not timed.", 1, 1_000_000)
define_integer("iterations", 10, "Steps for each image.", 1, 1_000_000)


def main() -> None:
    """Times and prints."""
    if FLAGS.fresh_resolution is None:
        network_flags.check()
    elif FLAGS["network"].present:
        raise InputError("--network and --fresh_resolution both name a network; give one of them")
    network_flags.check_gradients()
    perceptual_flags.check()

    from encoder.embedder import make_optimizer
    from encoder.embedding.timing import time_embedding
    from stylegan_tf import Generator, to_uint8

    if FLAGS.fresh_resolution is None:
        generator = network_flags.load_generator()
    else:
        generator = Generator.create(
            seed=0, resolution=FLAGS.fresh_resolution, compute_dtype=network_flags.policy()
        )
    optimizer = make_optimizer(
        generator,
        FLAGS.method,
        FLAGS.vgg_weights,
        working_resolution=FLAGS.working_resolution,
        skip_fine_blocks=FLAGS.skip_fine_blocks,
    )

    def faces(first: int, count: int) -> Iterator[np.ndarray]:
        for seed in range(first, first + count):
            w = generator.map(generator.sample_z([seed]))
            yield to_uint8(generator.synthesize(w))[0]

    with tqdm(total=FLAGS.warm_up + FLAGS.images, unit="image") as bar:
        time_embedding(optimizer, faces(0, FLAGS.warm_up), FLAGS.iterations, bar.update)
        timing = time_embedding(
            optimizer, faces(FLAGS.warm_up, FLAGS.images), FLAGS.iterations, bar.update
        )
    steps = FLAGS.iterations + 1  # the last one looks at the result only
    step = sorted(timing.wall_seconds / steps)[FLAGS.images // 2]
    print(
        f"{FLAGS.method}, {generator.resolution}×{generator.resolution}: {step:.3f} s a step, "
        f"{timing.processor_seconds.mean() / steps:.3f} s of processor time; "
        f"{timing.peak_bytes[-1] / 2**20:.0f} MiB at the peak"
    )
    ends = min(20, FLAGS.images // 2)
    if ends:
        print(
            f"last {ends} images / first {ends}: {timing.slowdown(ends):.3f} of the time; memory "
            f"grew by {timing.growth_bytes / 2**20:.1f} MiB over {FLAGS.images} images"
        )


if __name__ == "__main__":
    driver.run(main)
