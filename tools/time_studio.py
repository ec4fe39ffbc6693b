"""Measures, in a real browser, how long a slider's picture takes (docs/studio.md).

    python tools/studio.py --port=8000 &
    python tools/time_studio.py --address=http://127.0.0.1:8000/ --moves=20

Needs Chromium with its driver and Selenium. Prints seconds from the movement of a slider to the
small picture and to the full one on the screen.
"""

from tools import driver
from tools.flag_sets.numbers import define_integer

import os

import numpy as np
from absl import flags

from stylegan_tf.runners.local_runner import count_cores
from synthesis.studio.latency import measure_latencies

FLAGS = flags.FLAGS

flags.DEFINE_string("address", "http://127.0.0.1:8000/", "Where the studio is.")
define_integer("moves", 20, "Movements of the slider.", 1, 1000)


def main() -> None:
    """Moves the slider and prints what it took."""
    found = measure_latencies(FLAGS.address, FLAGS.moves)
    load = os.getloadavg()[0]
    print(f"{FLAGS.moves} movements on {count_cores()} cores, load average {load:.1f}; seconds:")
    print(f"{'':8} {'least':>7} {'median':>7} {'most':>7}")
    for kind, seconds in found.items():
        least, median, most = np.quantile(seconds, [0, 0.5, 1])
        print(f"{kind:8} {least:7.3f} {median:7.3f} {most:7.3f}")


if __name__ == "__main__":
    driver.run(main)
