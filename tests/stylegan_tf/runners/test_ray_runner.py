import functools

import pytest

from stylegan_tf.errors import InputError
from stylegan_tf.runners.ray_runner import RayRunner
from stylegan_tf.runners.runner import LoadOnce

ray = pytest.importorskip("ray", reason="needs Ray: pip install -r requirements-cluster.txt")
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")

POWERS = functools.partial(pow, exp=2)
# What workers run must be importable by them, which a test module is not.
_WORK = """
import os
import pathlib
import time

def die_once(item, folder):
    mark = pathlib.Path(folder, f"{item}.begun")
    if item % 4 == 1 and not mark.exists():
        mark.touch()
        os._exit(1)
    return item * item

def die(item):
    os._exit(1)

def load(folder):
    pathlib.Path(folder, str(os.getpid())).touch()
    return abs

def slow(item):
    time.sleep(0.2)
    return item, os.environ.get("TF_NUM_INTRAOP_THREADS")
"""


@pytest.fixture(scope="module")
def work(tmp_path_factory):
    folder = tmp_path_factory.mktemp("work")
    (folder / "flaky_work.py").write_text(_WORK)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        patch.setenv("PYTHONPATH", str(folder))
        patch.setenv("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
        patch.setenv("RAY_worker_niceness", "0")
        import flaky_work

        ray.init(num_cpus=2, include_dashboard=False, logging_level="ERROR", log_to_driver=False)
        yield flaky_work
        ray.shutdown()


def test_results_come_in_order(work):
    assert list(RayRunner().map(POWERS, range(9))) == [(n, n * n) for n in range(9)]
    assert list(RayRunner().map(POWERS, [])) == []


def test_items_are_taken_a_few_ahead_only(work):
    taken = []

    def items():
        for number in range(100):
            taken.append(number)
            yield number

    results = RayRunner(num_workers=1).map(abs, items())
    for _ in range(3):
        next(results)
    results.close()
    assert len(taken) <= 3 + 3


def test_an_error_comes_in_its_turn(work):
    results = RayRunner(num_workers=1).map(int, ["1", "x", "3"])
    assert next(results) == ("1", 1)
    with pytest.raises(ValueError, match="invalid literal"):
        next(results)


def test_workers_load_once(work, tmp_path):
    load = LoadOnce(functools.partial(work.load, tmp_path))
    assert [r for _, r in RayRunner(num_workers=1).map(load, range(-6, 0))] == [6, 5, 4, 3, 2, 1]
    assert len(list(tmp_path.iterdir())) == 1


def test_workers_that_die_are_replaced(work, tmp_path):
    function = functools.partial(work.die_once, folder=tmp_path)
    results = list(RayRunner(num_workers=2).map(function, range(12)))
    assert results == [(n, n * n) for n in range(12)]
    assert len(list(tmp_path.iterdir())) == 3


def test_work_that_kills_every_worker_ends(work):
    with pytest.raises(OSError, match="die again and again"):
        list(RayRunner(num_workers=1).map(work.die, [1]))


def test_each_worker_has_its_share_of_threads(work):
    (result,) = RayRunner(cpus=2.0).map(work.slow, [1])
    assert result == (1, (1, "2"))


def test_no_room_is_one_line(work):
    with pytest.raises(InputError, match=r"has 2 cores and 0 GPUs: no room for a worker with 3"):
        next(RayRunner(cpus=3.0).map(abs, [1]))


def test_a_cluster_out_of_reach_is_one_line(work):
    ray.shutdown()  # the fixture's
    try:
        with pytest.raises(InputError, match="out of reach"):
            next(RayRunner(address="127.0.0.1:1").map(abs, [1]))
    finally:
        ray.init(num_cpus=2, include_dashboard=False, logging_level="ERROR", log_to_driver=False)
