"""How long a slider's picture takes, as a browser sees it."""

import shutil
import time
from typing import TYPE_CHECKING

import numpy as np

from stylegan_tf.errors import InputError

if TYPE_CHECKING:
    from selenium import webdriver

_PATIENCE = 120.0  # seconds for one picture
_MOVE = """
const slider = document.getElementById("slider-" + arguments[0]);
slider.value = arguments[1];
slider.dispatchEvent(new Event("input", { bubbles: true }));
"""
_COUNT = "return performance.getEntriesByName(arguments[0]).length"
_TIMES = "return performance.getEntriesByName(arguments[0]).map((entry) => entry.duration)"


def measure_latencies(address: str, moves: int) -> dict[str, np.ndarray]:
    """Moves a slider in a headless Chromium and waits each time until the full picture is there.

    Args:
      address: of a running studio, without a password.
      moves: how often the slider moves, to another place each time.

    Returns:
      `preview` and `full`: for each move the seconds from the movement to the frame that shows the
      small and the full picture; the full one contains the pause that tells that a slider rests.

    Raises:
      InputError: there is no Chromium, no Selenium, or no studio at the address.
    """
    browser = _open_browser()
    try:
        browser.get(address)
        if browser.title != "Emotion studio":
            raise InputError(f"there is no studio at {address}")
        _wait(browser, "full", 1)
        name = browser.execute_script("return document.querySelector('.slider').dataset.emotion")
        browser.execute_script("performance.clearMeasures()")
        for move in range(moves):
            browser.execute_script(_MOVE, name, round((move + 1) / moves, 3))
            _wait(browser, "full", move + 1)
        return {
            kind: np.array(browser.execute_script(_TIMES, kind)) / 1000
            for kind in ("preview", "full")
        }
    finally:
        browser.quit()


def _open_browser() -> "webdriver.Chrome":
    try:
        from selenium import webdriver
        from selenium.common.exceptions import WebDriverException
    except ImportError:
        raise InputError("the browser is driven by Selenium: pip install selenium") from None
    options = webdriver.ChromeOptions()
    binary = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    driver = shutil.which("chromedriver")
    if binary is None or driver is None:
        raise InputError("Chromium and its driver are needed: apt install chromium-driver")
    options.binary_location = binary
    for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(flag)
    try:
        return webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    except WebDriverException as error:
        raise InputError(f"Chromium does not start: {error.msg}") from None


def _wait(browser: "webdriver.Chrome", kind: str, count: int) -> None:
    end = time.monotonic() + _PATIENCE
    while browser.execute_script(_COUNT, kind) < count:
        if time.monotonic() > end:
            raise InputError(f"no picture came within {_PATIENCE:g} seconds")
        time.sleep(0.02)
