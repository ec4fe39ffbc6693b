"""What tests of drivers share: a small network, made-up directions, and a way to run a driver."""

import dataclasses
import os
import pathlib
import subprocess
import sys

import numpy as np
import pytest

from emotion.emotion import Emotion

ROOT = pathlib.Path(__file__).parents[2]


@pytest.fixture(scope="session")
def run_driver():
    """`run_driver("demo", "--flag", ...)` → the finished process; text output."""

    def run(name, *arguments):
        return subprocess.run(
            [sys.executable, f"tools/{name}.py", *map(str, arguments)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@dataclasses.dataclass(frozen=True)
class SmallNetwork:
    """A 64×64 StyleGAN2 of 10 layers with fresh weights, and directions for it."""

    pickle: pathlib.Path
    directions: pathlib.Path

    @property
    def flags(self):
        return f"--network={self.pickle}", f"--directions={self.directions}"


@pytest.fixture(scope="session")
def small_network(tmp_path_factory):
    from stylegan_tf import Discriminator, Generator, save_networks

    folder = tmp_path_factory.mktemp("small")
    size = {"resolution": 64, "num_channels": 3, "fmap_base": 128, "fmap_max": 16}
    generator = Generator.create(seed=1, mapping_layers=2, **size)
    discriminator = Discriminator.create(seed=2, **size)
    save_networks(folder / "small.pkl", (generator, discriminator, generator))
    random = np.random.RandomState(0)
    (folder / "directions").mkdir()
    for emotion in Emotion:
        if emotion != Emotion.CALM:
            direction = random.randn(10, 512).astype(np.float32) * 0.02
            np.save(folder / "directions" / f"{emotion.label}.npy", direction)
    return SmallNetwork(folder / "small.pkl", folder / "directions")
