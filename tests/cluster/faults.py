"""A Ray cluster of three nodes on this machine, and what may happen to it in a night.

    python tests/cluster/faults.py --items=200

draws pictures on it while a node is killed, then a worker by signal 9, then the driver, which is
started again; then counts what is missing, twice there, or other than a local run makes.
"""

import argparse
import dataclasses
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

NODES = 3
_PATIENCE = 600  # seconds for the next picture


@dataclasses.dataclass(frozen=True)
class Faults:
    """What was found.

    Attributes:
      missing, more, different: names of pictures.
      survivors: how many were there when the driver was killed, and were left alone after.
      redone: how many of these were made a second time.
      seconds: of the local run with one worker, and of the cluster's.
    """

    missing: list[str]
    more: list[str]
    different: list[str]
    survivors: int
    redone: int
    seconds: tuple[float, float]


def run(items: int, folder: pathlib.Path) -> Faults:
    """Draws twice, here and on the cluster with faults."""
    from ray.cluster_utils import Cluster

    network = make_network(folder / "small.pkl")
    began = time.monotonic()
    start(network, items, folder / "local").wait()
    local_seconds = time.monotonic() - began
    os.environ |= {"RAY_USAGE_STATS_ENABLED": "0", "RAY_worker_niceness": "0"}
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0})
    nodes = [cluster.add_node(num_cpus=1) for _ in range(NODES)]
    output = folder / "cluster"
    flags = ["--runner=ray", f"--ray_address={cluster.address}", f"--num_workers={NODES}"]
    began = time.monotonic()
    try:
        driver = start(network, items, output, *flags)
        wait_for(output, items // 5, driver)
        cluster.remove_node(nodes[0], allow_graceful=False)
        wait_for(output, items * 2 // 5, driver)
        kill_a_worker(cluster.address)
        wait_for(output, items * 3 // 5, driver)
        os.killpg(driver.pid, signal.SIGKILL)
        driver.wait()
        there = {path: path.stat().st_mtime_ns for path in pictures(output).values()}
        if start(network, items, output, *flags).wait():
            raise RuntimeError("the driver that was started again failed")
    finally:
        cluster.shutdown()
    seconds = time.monotonic() - began
    whole, found = pictures(folder / "local"), pictures(output)
    return Faults(
        sorted(set(whole) - set(found)),
        sorted(set(found) - set(whole)),
        sorted(
            n for n in set(whole) & set(found) if whole[n].read_bytes() != found[n].read_bytes()
        ),
        len(there),
        sum(path.stat().st_mtime_ns != before for path, before in there.items()),
        (local_seconds, seconds),
    )


def make_network(path: pathlib.Path) -> pathlib.Path:
    """A small network with random weights."""
    from stylegan_tf import Discriminator, Generator, save_networks

    size = {"resolution": 64, "num_channels": 3, "fmap_base": 128, "fmap_max": 16}
    generator = Generator.create(seed=1, mapping_layers=2, **size)
    save_networks(path, (generator, Discriminator.create(seed=2, **size), generator))
    return path


def start(
    network: pathlib.Path, items: int, output: pathlib.Path, *flags: str
) -> subprocess.Popen[bytes]:
    """The driver, in a group of processes of its own."""
    with open(output.with_suffix(".log"), "ab") as said:
        return subprocess.Popen(
            [
                sys.executable,
                "tools/generate_images.py",
                f"--network={network}",
                f"--seeds=0-{items - 1}",
                f"--output={output}",
                *flags,
            ],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=said,
            stderr=said,
            start_new_session=True,
        )


def pictures(output: pathlib.Path) -> dict[str, pathlib.Path]:
    """The pictures that are done, by name."""
    return {path.name: path for path in output.glob("seed*.png")}


def wait_for(output: pathlib.Path, count: int, driver: subprocess.Popen[bytes]) -> None:
    """Waits until so many pictures are there."""
    end = time.monotonic() + _PATIENCE
    while len(pictures(output)) < count:
        if driver.poll() is not None:
            raise RuntimeError(f"the driver ended: {output.with_suffix('.log').read_text()[-500:]}")
        if time.monotonic() > end:
            raise RuntimeError(f"after {_PATIENCE} s there are {len(pictures(output))} pictures")
        time.sleep(0.05)


def kill_a_worker(address: str) -> None:
    """Kills an actor of one cluster with signal 9: a child of a raylet that has its address."""
    found = subprocess.run(
        ["pgrep", "-f", "^ray::_Worker"], capture_output=True, text=True, check=True
    )
    for pid in map(int, found.stdout.split()):
        status = pathlib.Path(f"/proc/{pid}/status").read_text()
        parent = next(line.split()[1] for line in status.splitlines() if line.startswith("PPid:"))
        if address.encode() in pathlib.Path(f"/proc/{parent}/cmdline").read_bytes():
            os.kill(pid, signal.SIGKILL)
            return
    raise RuntimeError(f"there is no worker of the cluster {address}")


def main() -> int:
    """Runs and prints; returns 1 where something is missing, twice there or different."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=200)
    items = parser.parse_args().items
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        faults = run(items, pathlib.Path(folder))
    print(
        f"{items} pictures: {len(faults.missing)} missing, {len(faults.more)} too many, "
        f"{len(faults.different)} different; {faults.redone} of {faults.survivors} made twice; "
        f"{faults.seconds[0]:.0f} s here, {faults.seconds[1]:.0f} s on the cluster"
    )
    return int(bool(faults.missing or faults.more or faults.different or faults.redone))


if __name__ == "__main__":
    sys.exit(main())
