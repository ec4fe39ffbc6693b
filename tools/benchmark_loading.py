"""Measures how long a full-size StyleGAN2 pickle takes to load, and how much memory.

Writes a config-f network with random weights (382 MB) to a temporary file, loads it in a process of
its own and builds what --roles names. Linux only: the peak is read from /proc.

Example:
  python tools/benchmark_loading.py --roles=Gs
"""

from tools import driver

import json
import pathlib
import subprocess
import sys
import tempfile

from absl import flags

FLAGS = flags.FLAGS
flags.DEFINE_list("roles", ["G", "D", "Gs"], "Networks to build after reading the file.")
flags.register_validator(
    "roles", lambda roles: {*roles} <= {"G", "D", "Gs"}, "must be of G, D and Gs, with commas"
)

_CHILD = """
import json, pathlib, re, sys, time
def peak():  # the peak of this program; getrusage's would be that of its parent as well
    status = pathlib.Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", status)[1]) / 1024
import stylegan_tf.network_file
import tensorflow as tf
tf.constant(0.0) + 1
before, start = peak(), time.perf_counter()
nets = stylegan_tf.network_file.load_networks(sys.argv[1])
read = time.perf_counter() - start
kept = [getattr(nets, role) for role in sys.argv[2:]]
print(json.dumps([before, peak(), read, time.perf_counter() - start]))
"""


def main() -> None:
    """Writes the network, loads it in another process and prints what that took."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "config-f.pkl"
        _write(path)
        size = path.stat().st_size / 2**20
        command = [sys.executable, "-c", _CHILD, str(path), *FLAGS.roles]
        result = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    before, peak, read, seconds = json.loads(result.stdout.splitlines()[-1])
    print(f"file {size:.0f} MiB; reading it {read:.2f} s, with building {seconds:.2f} s")
    print(
        f"peak memory {peak:.0f} MiB, of them {before:.0f} MiB TensorFlow itself: "
        f"{peak - before:.0f} MiB more, {(peak - before) / size:.2f} times the file"
    )


def _write(path: pathlib.Path) -> None:
    from stylegan_tf import Discriminator, Generator
    from stylegan_tf.pickles.writer import write_pickle

    states = [
        Generator.create(name="G", seed=1).to_state(),
        Discriminator.create(seed=2).to_state(),
        Generator.create(name="Gs", seed=3).to_state(),
    ]
    write_pickle(path, states)


if __name__ == "__main__":
    driver.run(main)
