"""Some of the hostile cases over all drivers; `make hostile` tries them all."""

import json
import os
import subprocess
import sys

import pytest

from . import drivers, good_files, number_flags, run_all

_EVERY = 31
_NUMBERS = ("synthesize_video", "embed_images", "train_directions", "preference_study")


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    return good_files.make(tmp_path_factory.mktemp("good") / "good")


@pytest.fixture(scope="module")
def runner():
    runner = run_all.Runner()
    yield runner
    runner.close()


@pytest.mark.parametrize("case", list(run_all.quick_cases())[::_EVERY], ids="-".join)
def test_a_hostile_case_is_one_line_and_touches_nothing(case, runner, good, tmp_path):
    assert run_all.run_case(runner, case, tmp_path, good) == ""


def test_hostile_numbers_are_refused():
    result = subprocess.run(
        [sys.executable, number_flags.__file__, *_NUMBERS],
        env={**os.environ, "PYTHONPATH": str(run_all.ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    results = [json.loads(line) for line in result.stdout.splitlines()]
    assert [one["driver"] for one in results] == list(_NUMBERS)
    assert [one["wrong"] for one in results] == [[]] * len(_NUMBERS)
    assert sum(one["cases"] for one in results) > 400


def test_all_drivers_are_in_the_table():
    known = set(number_flags.all_drivers())
    assert set(drivers.DRIVERS) <= known
    # Those that are left out write nothing, or are for who develops the rendered head.
    assert known - set(drivers.DRIVERS) == drivers.LEFT_OUT
