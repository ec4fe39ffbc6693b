"""The whole study: made, served to real browsers, reported."""

import concurrent.futures
import json
import shutil
import urllib.error
import urllib.request

import numpy as np
import pytest

from synthesis.study.answers import AnswerStore
from synthesis.study.study import load_study
from synthesis.video.writing import write_video


@pytest.fixture(scope="module")
def made(tmp_path_factory, run_driver):
    """A study of ten pairs, made by the driver."""
    folder = tmp_path_factory.mktemp("made")
    random = np.random.default_rng(0)
    for model in ("ours", "tgan", "mocogan"):
        for k in range(2):
            frames = [random.integers(0, 255, (8, 8, 3), np.uint8) for _ in range(8)]
            frames = [np.kron(frame, np.ones((8, 8, 1), np.uint8)) for frame in frames]
            write_video(folder / model / f"{k}.mp4", frames, 8)
    models = f"--models=ours={folder / 'ours'},TGAN={folder / 'tgan'},MoCoGAN={folder / 'mocogan'}"
    flags = ["make", f"--study={folder / 'study'}", models, "--pairs=4", "--size=64"]
    result = run_driver("preference_study", *flags, "--address=https://example.org/videos")
    assert result.returncode == 0, result.stderr
    assert "10 pairs of ours, TGAN, MoCoGAN" in result.stdout
    assert (folder / "study" / "batch.csv").is_file()
    return folder / "study"


@pytest.fixture
def study(made, tmp_path):
    """A copy of it that nobody has answered."""
    shutil.copytree(made, tmp_path / "study")
    return load_study(tmp_path / "study")


@pytest.fixture
def address(study, serve_driver):
    """Where the driver serves it."""
    with serve_driver("preference_study", "serve", f"--study={study.folder}", "--port=0") as served:
        yield served[0]


def start(browser):
    browser.find("#start").click()


def shown(browser, number):
    """Waits for the pair of that number; the names of its two videos."""
    browser.wait(lambda: browser.find("#progress-text").text.startswith(f"{number} of"))
    browser.wait(lambda: browser.find("[data-choice=left]").is_enabled())
    return [
        browser.find(f"#{side}").get_property("src").rpartition("/")[2]
        for side in ("left", "right")
    ]


def answer(browser, choice, by):
    """By a click or by the key."""
    from selenium.webdriver.common.keys import Keys

    if by == "click":
        browser.find(f"[data-choice={choice}]").click()
    else:
        keys = {"left": Keys.ARROW_LEFT, "right": Keys.ARROW_RIGHT, "neither": Keys.ARROW_DOWN}
        browser.find("body").send_keys(keys[choice])


def choice_of(study, left, right, prefer="ours"):
    """The side that `prefer` made, and the pair."""
    (pair,) = (p for p in study.pairs if (p.left, p.right) == (left, right))
    return ("left" if pair.left_model == prefer else "right"), pair.name


def test_ten_comparisons_are_found_in_the_report(chromium, study, address, run_driver, tmp_path):
    given = {}
    with chromium(address) as browser:
        start(browser)
        for number in range(1, 6):
            choice, pair = choice_of(study, *shown(browser, number))
            given[pair] = choice
            answer(browser, choice, "click" if number % 2 else "key")
        shown(browser, 6)
        browser.driver.refresh()  # comes back later, and goes on where it was
        start(browser)
        for number in range(6, 11):
            choice, pair = choice_of(study, *shown(browser, number))
            given[pair] = "neither" if number == 10 else choice
            answer(browser, given[pair], "key" if number % 2 else "click")
        browser.wait(lambda: browser.find("#thanks").is_displayed())
        assert browser.driver.get_log("browser") == []
    answers = AnswerStore(study.answers).all()
    assert {answer.pair: answer.choice for answer in answers} == given
    assert all(0 <= answer.milliseconds < 120_000 for answer in answers)

    output = tmp_path / "report"
    flags = [f"--study={study.folder}", f"--output={output}", "--max_failed_checks=1"]
    result = run_driver("preference_study", "report", *flags)
    assert result.returncode == 0, result.stderr
    assert "1 of 1 workers count" in result.stdout
    record = json.loads((output / "report.json").read_text())
    counts = {
        one["other"]: [one[side]["count"] for side in ("for_ours", "for_other", "neither")]
        for one in record["preferences"]
    }
    last = study.pair(answers[-1].pair)
    expected = {"TGAN": [4, 0, 0], "MoCoGAN": [4, 0, 0]}
    for model in set(expected) & {last.left_model, last.right_model}:
        expected[model] = [3, 0, 1]
    assert counts == expected
    assert (output / "table2.png").stat().st_size > 1000


def test_two_browsers_at_once_lose_nothing(chromium, study, address):
    def work(prefer):
        with chromium(address) as browser:
            start(browser)
            for number in range(1, 11):
                left, right = shown(browser, number)
                answer(browser, prefer or choice_of(study, left, right)[0], "key")
            browser.wait(lambda: browser.find("#thanks").is_displayed())

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        list(pool.map(work, ["left", None]))
    answers = AnswerStore(study.answers).all()
    workers = {answer.worker for answer in answers}
    assert len(workers) == 2
    for worker in workers:
        assert {a.pair for a in answers if a.worker == worker} == {p.name for p in study.pairs}
    assert len(answers) == 20


def test_page_fits_a_phone_and_says_what_it_shows(chromium, study, address):
    with chromium(address, 500, 700) as browser:  # the narrowest window that Chromium opens
        start(browser)
        shown(browser, 1)
        script = "return document.documentElement.scrollWidth <= window.innerWidth"
        assert browser.driver.execute_script(script)
        for side in ("left", "right"):
            assert side in browser.find(f"#{side}").accessible_name.lower()
        buttons = [browser.find(f"[data-choice={c}]") for c in ("left", "right", "neither")]
        assert all(button.size["height"] >= 44 for button in buttons)
        names = browser.driver.execute_script(
            "return performance.getEntriesByType('resource').map((entry) => entry.name)"
        )
        assert names
        assert all(name.startswith((address, "data:")) for name in names)


def test_ten_megabytes_are_refused(study, address):
    request = urllib.request.Request(
        f"{address}answers", b"0" * (10 << 20), {"Content-Type": "application/json"}
    )
    try:
        urllib.request.urlopen(request, timeout=60)
        status = 200
    except urllib.error.HTTPError as error:
        status = error.code
        error.close()
    except (urllib.error.URLError, ConnectionError):
        status = None  # hung up on before it was all sent
    assert status in (413, None)
    assert AnswerStore(study.answers).all() == []
    with urllib.request.urlopen(address, timeout=60) as response:  # and goes on serving
        assert response.status == 200


def test_wrong_input_is_one_line(tmp_path, run_driver, made):
    study = f"--study={tmp_path}"
    for flags, message in [
        ([], "Flag --study must have a value other than None"),
        ([study], "name one command of make, serve, report, then flags"),
        (["shove", study], "name one command of make, serve, report, then flags"),
        (["make", study, "--models=ours"], "--models: 'ours' is not NAME=FOLDER"),
        (["make", study, "--models=ours=none"], "there is no clip none"),
        (["serve", study], "holds no study"),
        (["report", study], "holds no study"),
        (["report", f"--study={made}"], "nobody has answered yet"),
    ]:
        result = run_driver("preference_study", *flags)
        assert result.returncode == 1
        assert message in result.stderr.splitlines()[-1]
