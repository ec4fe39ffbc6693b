import dataclasses
import pathlib
import re

import pytest

from synthesis.reproduction.plan import make_plan
from synthesis.reproduction.settings import QUICK, THESIS, Settings

ROOT = pathlib.Path(__file__).parents[3]
STAND_INS = Settings(
    network="rendered-faces",
    impa_face3d=None,
    mug=None,
    celeba=None,
    trailers=(),
    encoder=None,
    tgan=None,
    mocogan=None,
    vgan=None,
    vgg_weights="random",
    detector="hog",
    quick=True,
    extent=QUICK,
)
REAL = dataclasses.replace(
    STAND_INS,
    network="/ffhq.pkl",
    impa_face3d="/impa",
    mug="/mug",
    celeba="/celeba",
    trailers=("/a.mp4", "/b.mp4", "/c.mp4"),
    tgan="/tgan",
    mocogan="/mocogan",
    quick=False,
    extent=THESIS,
)


def plan(settings):
    return make_plan(settings, pathlib.Path("/out"))


@pytest.mark.parametrize("settings", [STAND_INS, REAL])
def test_steps_come_after_what_they_need(settings):
    before = set()
    for step in plan(settings):
        assert set(step.needs) <= before, step.name
        assert step.name not in before
        assert (ROOT / "tools" / f"{step.driver}.py").is_file()
        before.add(step.name)


@pytest.mark.parametrize("settings", [STAND_INS, REAL])
def test_every_figure_and_table_is_made(settings):
    steps = plan(settings)
    asked = [flag for step in steps for flag in step.flags if flag.startswith("--figure=")]
    figures = {number for flag in asked for number in flag.split("=")[1].split(",")}
    assert figures >= {"17", "18", "19", "20", "22", "23", "24", "25", "26", "27"}
    assert {"lstm", "table1", "study", "video"} <= {step.name for step in steps}  # lstm: 21


def test_what_is_given_is_used_and_nothing_stands_in():
    steps = {step.name: step for step in plan(REAL)}
    assert steps["faces"].driver == "align_faces"
    assert "--input=/impa" in steps["faces"].flags
    assert "--iterations=1000" in steps["latents"].flags  # as the thesis does
    assert "--labels=/out/faces/labels.csv" in steps["directions"].flags
    assert "--input=/out/labels" in steps["lstm"].flags
    assert "clip2_labels" in steps["lstm"].needs
    assert {"--mug=/mug", "--tgan=/tgan", "--faces=35"} <= set(steps["table1"].flags)
    assert not {"clips", "photos", "tgan", "mocogan", "clip0"} & set(steps)
    assert "encoder" in steps["figure17"].needs  # none came with the network


def test_stand_ins():
    steps = {step.name: step for step in plan(STAND_INS)}
    assert steps["faces"].driver == "render_faces"
    assert "--encoder=rendered-faces" in steps["latents"].flags
    assert "--input=markov-chain" in steps["lstm"].flags
    assert steps["mocogan"].needs == ("clips",)
    assert "--steps=6" in steps["mocogan"].flags
    assert steps["clip0_faces"].needs == ("clip0",)


@pytest.mark.parametrize("settings", [STAND_INS, REAL])
def test_flags_are_those_of_the_drivers(settings):
    """As far as can be told without loading them: some file of tools/ defines each."""
    shared = "".join(path.read_text("utf-8") for path in (ROOT / "tools/flag_sets").glob("*.py"))
    baselines = {"tgan", "mocogan", "vgan", "dvdgan"}  # defined in a loop
    for step in plan(settings):
        source = (ROOT / "tools" / f"{step.driver}.py").read_text("utf-8") + shared
        for flag in step.flags:
            name = flag.lstrip("-").partition("=")[0]
            known = name in baselines or re.search(rf'\(\s*"{name}",', source)
            assert known or not flag.startswith("--"), (step.name, flag)
