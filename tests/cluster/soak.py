"""Whether memory stays flat while many small items are embedded, and as many videos made.

    python tests/cluster/soak.py --items=2000

Runs embed_images and synthesize_video --each with a small network, looks at the driver's resident
memory twice a second, and prints the slope of a straight line through it, without the first tenth
of the items. Linux only: memory is read from /proc.
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

import numpy as np
from PIL import Image

ROOT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.cluster.faults import make_network  # noqa: E402 - needs the path

MAX_SLOPE = 1.0  # MiB for 100 items: more is a leak
_WARM_UP = 0.1  # part of the items that is left out


def watch(driver: str, *flags: str, output: pathlib.Path, done: str) -> tuple[float, float, float]:
    """MiB for 100 items, the highest MiB, and seconds an item; `done` matches an item's file."""
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, f"tools/{driver}.py", *flags, f"--output={output}"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.DEVNULL,
    )
    seen = []
    while process.poll() is None:
        time.sleep(0.5)
        memory = _resident(process.pid)
        count = sum(1 for _ in output.glob(done))
        if count and memory:
            seen.append((count, memory))
    if process.returncode:
        raise RuntimeError(f"{driver} ended with {process.returncode}")
    seconds = time.monotonic() - began
    counts, memory = np.array(seen, float).T
    kept = counts > _WARM_UP * counts.max()
    slope = np.polyfit(counts[kept], memory[kept], 1)[0] * 100
    return float(slope), float(memory.max()), seconds / float(counts.max())


def _resident(pid: int) -> float | None:
    try:
        text = pathlib.Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return None
    found = re.search(r"VmRSS:\s+(\d+) kB", text)
    return None if found is None else int(found[1]) / 1024


def main() -> int:
    """Runs both drivers and prints; returns 1 where memory grows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=2000)
    items = parser.parse_args().items
    slopes = []
    with tempfile.TemporaryDirectory(prefix="soak-") as name:
        folder = pathlib.Path(name)
        network = f"--network={make_network(folder / 'small.pkl')}"
        random = np.random.default_rng(0)
        (folder / "faces").mkdir()
        for number in range(items):
            pixels = random.integers(0, 256, (8, 8, 3), np.uint8)
            picture = Image.fromarray(pixels).resize((64, 64))
            picture.save(folder / "faces" / f"{number:05d}.png")
        directions = folder / "directions"
        directions.mkdir()
        np.save(directions / "fear.npy", random.normal(size=(10, 512)).astype(np.float32))
        fast = ("--vgg_weights=random", "--iterations=1", "--working_resolution=64")
        for driver, flags, done in (
            ("embed_images", (f"--input={folder / 'faces'}", *fast), "*.npy"),
            (
                "synthesize_video",
                (
                    "--each=mp4",
                    f"--seeds=0-{items - 1}",
                    f"--directions={directions}",
                    "--emotions=fear",
                    "--frames_between=2",
                ),
                "*.mp4",
            ),
        ):
            slope, most, seconds = watch(driver, network, *flags, output=folder / driver, done=done)
            print(
                f"{driver}: {slope:+.2f} MiB for 100 items, {most:.0f} MiB at most, "
                f"{seconds:.2f} s an item",
                flush=True,
            )
            slopes.append(slope)
    return int(max(slopes) > MAX_SLOPE)


if __name__ == "__main__":
    sys.exit(main())
