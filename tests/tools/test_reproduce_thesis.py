"""The plan is replaced by a few small steps; the whole one takes too long for a test."""

import json
import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).parents[2]
PROGRAM = """
import sys
from tools import driver, reproduce_thesis
from synthesis.reproduction.plan import Step

def make_plan(settings, root):
    size = ("--subjects=1", "--size=64")
    faces = (f"--output={root / 'faces'}", *size)
    return [
        Step("faces", "render_faces", faces, "faces"),
        Step("photos", "render_faces", (f"--output={root / 'settings.json'}",), "photos"),
        Step("figure18", "make_figures", (), "figures/figure_18.png", ("photos",)),
        Step("more", "render_faces", (f"--output={root / 'more'}", *size), "more"),
    ]

reproduce_thesis.make_plan = make_plan
limit = int(sys.argv.pop(1))
run, count = reproduce_thesis.steps.run_driver, 0

def run_driver(name, flags):
    global count
    count += 1
    if count > limit:
        sys.exit(9)  # as if it were killed
    return run(name, flags)

reproduce_thesis.steps.run_driver = run_driver
driver.run(reproduce_thesis.main)
"""


def reproduce(output, limit=99, flags=("--quick",)):
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, str(limit), f"--output={output}", *flags],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_killed_twice_the_report_is_the_same(tmp_path):
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    result = reproduce(whole)
    assert result.returncode == 1
    assert "2 steps failed, the first photos" in result.stderr
    assert "report.html: 2 of 4 steps" in result.stdout
    text = (whole / "report.html").read_text("utf-8")
    # Wherever the folder lies:
    assert "needs photos, which failed: render_faces.py: --output=settings.json is a file" in text
    for limit in (0, 2):
        assert reproduce(cut, limit).returncode == 9
        assert not (cut / "report.html").exists()
    again = reproduce(cut)
    assert "1 of 4: faces" not in again.stderr  # done before
    assert (cut / "report.html").read_text("utf-8") == text
    done = json.loads((cut / "steps" / "faces.json").read_text())
    assert done[0] == "render_faces"

    other = reproduce(cut, flags=("--quick", "--subjects=5"))
    assert other.returncode == 1
    assert "was made with another extent" in other.stderr


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--network=none"], "--network=none is not a file"),
        (["--celeba=none"], "--celeba=none is not a folder"),
        (["--trailers=none.mp4"], "--trailers: there is no clip none.mp4"),
        (["--mocogan=none"], "none is not the folder of a training"),
        (["--encoder=none"], "none is neither an encoder file"),
        (["--vgg_weights=none"], "--vgg_weights=none is not a file"),
    ],
)
def test_wrong_flags_are_one_line(tmp_path, run_driver, flags, message):
    result = run_driver("reproduce_thesis", f"--output={tmp_path / 'new'}", *flags)
    assert result.returncode == 1
    assert message in result.stderr
    assert result.stderr.count("\n") == 1
    assert not (tmp_path / "new").exists()


def test_a_folder_of_something_else_is_left_alone(tmp_path, run_driver):
    (tmp_path / "mine.txt").write_text("mine")
    result = run_driver("reproduce_thesis", f"--output={tmp_path}")
    assert result.returncode == 1
    assert "holds files of something else" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
