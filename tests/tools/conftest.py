"""What tests of drivers share: a small network, made-up directions, and a way to run a driver."""

import contextlib
import dataclasses
import os
import pathlib
import shutil
import signal
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


CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
CHROMEDRIVER = shutil.which("chromedriver")


class Browser:
    """A headless Chromium."""

    def __init__(self, address, width=1000, height=800, **capabilities):
        from selenium import webdriver

        options = webdriver.ChromeOptions()
        options.binary_location = CHROMIUM
        for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
            options.add_argument(flag)
        options.add_argument(f"--window-size={width},{height}")
        for name, value in capabilities.items():
            options.add_experimental_option(name, value)
        service = webdriver.ChromeService(CHROMEDRIVER)
        self.driver = webdriver.Chrome(options=options, service=service)
        self.driver.get(address)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.driver.quit()

    def find(self, selector):
        from selenium.webdriver.common.by import By

        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def run(self, script, *arguments):
        """What JavaScript returns."""
        return self.driver.execute_script(script, *arguments)

    def wait(self, condition):
        from selenium.webdriver.support.ui import WebDriverWait

        return WebDriverWait(self.driver, 120, 0.05).until(lambda _: condition())


@pytest.fixture(scope="session")
def chromium():
    """The class of browsers; without Chromium and its driver tests are skipped."""
    if not (CHROMIUM and CHROMEDRIVER):
        pytest.skip("Chromium and its driver are not installed")
    return Browser


@pytest.fixture(scope="session")
def serve_driver():
    """A driver that serves.

    `with serve_driver("studio", "--flag") as (address, process):`; at the end it is interrupted,
    and must end without a word but its news (glog's lines that begin with I).
    """

    @contextlib.contextmanager
    def serve(name, *arguments):
        server = subprocess.Popen(
            [sys.executable, f"tools/{name}.py", *map(str, arguments)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            line = server.stdout.readline().strip()
            assert line.startswith("http://127.0.0.1:"), server.stderr.read()
            yield line, server
        finally:
            server.send_signal(signal.SIGINT)
            _, said = server.communicate(timeout=120)
        assert server.returncode == 0, said
        assert [line for line in said.splitlines() if not line.startswith("I")] == []

    return serve
