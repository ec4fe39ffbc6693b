"""Measures how fast MoCoGAN trains and draws, beside the original program if that is there.

    python tools/benchmark_baseline.py --peer=mocogan/src --peer_python=torch-venv/bin/python

--peer is the folder of models.py in the original's repository, --peer_python a Python that has
PyTorch. The clips are noise, and nothing is written. Seconds of the processor are told beside
those of the clock, as other programs slow the one down and not the other; both take turns.
"""

from tools import driver
from tools.flag_sets.numbers import define_integer

import json
import pathlib
import subprocess
import time
from collections.abc import Callable

from absl import flags

from stylegan_tf.errors import InputError

FLAGS = flags.FLAGS

flags.DEFINE_string("peer", None, "The folder of the original's models.py; none: ours alone.")
flags.DEFINE_string("peer_python", None, "With --peer: a Python that has PyTorch.")
define_integer("width", 64, "Channels of the first layer.", 1, 1024)
define_integer("batch_size", 3, "Clips a step.", 1, 10000)
define_integer("image_batch_size", 10, "Images a step.", 1, 10000)
define_integer("steps", 5, "Steps to time, after one that is not.", 1, 10000)
define_integer("rounds", 3, "How often; the fastest counts.", 1, 1000)

_PEER = "assets/baselines/time_mocogan_peer.py"

Seconds = dict[str, list[float]]  # training, generation → of the clock, of the processor


def main() -> None:
    """Times both in turn and prints a table."""
    if (FLAGS.peer is None) != (FLAGS.peer_python is None):
        raise InputError("--peer and --peer_python go together")
    if FLAGS.peer is not None and not (pathlib.Path(FLAGS.peer) / "models.py").is_file():
        raise InputError(f"--peer={FLAGS.peer} holds no models.py")
    ours: list[Seconds] = []
    theirs: list[Seconds] = []
    run = make_ours()
    for _ in range(FLAGS.rounds):
        ours.append(run())
        if FLAGS.peer is not None:
            theirs.append(time_peer())
    clips = FLAGS.steps * FLAGS.batch_size
    for what in ("training", "generation"):
        rows = {"ours": ours, "original": theirs} if theirs else {"ours": ours}
        speeds = {}
        for name, rounds in rows.items():
            clock, processor = (min(one[what][k] for one in rounds) for k in (0, 1))
            speeds[name] = clips / processor
            print(
                f"{what:10}  {name:8}  {clips / clock:8.2f} clips/s  "
                f"{clips / processor:8.2f} clips a second of the processor"
            )
        if theirs:
            print(f"{what:10}  ours / original: {speeds['ours'] / speeds['original']:.2f}")


def make_ours() -> Callable[[], Seconds]:
    """A function that times ours once more."""
    import tensorflow as tf

    from synthesis.baselines.mocogan.generator import SIZE
    from synthesis.baselines.mocogan.training import MocoganOptions, MocoganTraining

    count, images = FLAGS.batch_size, FLAGS.image_batch_size
    options = MocoganOptions(width=FLAGS.width, batch_size=count, image_batch_size=images)
    training = MocoganTraining(options)

    def noise(*shape: int) -> tf.Tensor:
        values = tf.random.stateless_uniform(shape, [0, 0], 0, 256, tf.int32)
        return tf.cast(values, tf.uint8)

    batch = {
        "videos": noise(count, training.frames, SIZE, SIZE, 3),
        "images": noise(images, SIZE, SIZE, 3),
        "labels": tf.zeros([count], tf.int32),
    }
    step = tf.function(training.step, autograph=False)

    def train(number: int) -> None:
        float(step(batch, tf.constant([0, number]))["generator"])

    def draw(number: int) -> None:
        training.generate(range(number * count, (number + 1) * count))

    def run() -> Seconds:
        seconds = {}
        for name, action in (("training", train), ("generation", draw)):
            action(0)
            clock, processor = time.perf_counter(), time.process_time()
            for number in range(1, FLAGS.steps + 1):
                action(number)
            seconds[name] = [time.perf_counter() - clock, time.process_time() - processor]
        return seconds

    return run


def time_peer() -> Seconds:
    """The original, once, in its own process."""
    import synthesis

    program = pathlib.Path(synthesis.__file__).parent / _PEER
    numbers = (FLAGS.width, FLAGS.batch_size, FLAGS.image_batch_size, FLAGS.steps)
    command = [FLAGS.peer_python, str(program), FLAGS.peer, *map(str, numbers)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        said = result.stderr.strip().splitlines() or ["nothing"]
        raise InputError(f"the original could not be timed; it said: {said[-1]}")
    return json.loads(result.stdout.strip().splitlines()[-1])


if __name__ == "__main__":
    driver.run(main)
