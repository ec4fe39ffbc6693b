import functools
import os
import pathlib
import signal
import subprocess
import sys
import time

import pytest

from stylegan_tf.errors import InputError
from stylegan_tf.runners.local_runner import LocalRunner, count_cores

# What workers run must be importable by them, which a test module is not.
POWERS = functools.partial(pow, exp=2)


@pytest.mark.parametrize("workers", [1, 2])
def test_results_come_in_order(workers):
    assert list(LocalRunner(workers).map(POWERS, range(9))) == [(n, n * n) for n in range(9)]


@pytest.mark.parametrize(("workers", "ahead"), [(1, 0), (2, 4)])
def test_items_are_taken_a_few_ahead_only(workers, ahead):
    taken = []

    def items():
        for number in range(100):
            taken.append(number)
            yield number

    results = LocalRunner(workers).map(abs, items())
    for _ in range(3):
        next(results)
    results.close()
    assert len(taken) == 3 + ahead


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_comes_in_its_turn(workers):
    results = LocalRunner(workers).map(int, ["1", "x", "3"])
    assert next(results) == ("1", 1)
    with pytest.raises(ValueError, match="invalid literal"):
        next(results)


def test_a_killed_worker_is_named():
    with pytest.raises(OSError, match="one of 2 worker processes was killed"):
        list(LocalRunner(2).map(os._exit, [1]))


_SLEEPERS = """
import time
from stylegan_tf.runners.local_runner import LocalRunner
if __name__ == "__main__":
    results = LocalRunner(2).map(time.sleep, [0.1, 60, 60])
    next(results)
    print("working", flush=True)
    time.sleep(60)
"""


def test_workers_end_with_a_killed_parent(tmp_path):
    (tmp_path / "sleepers.py").write_text(_SLEEPERS)
    parent = subprocess.Popen(
        [sys.executable, tmp_path / "sleepers.py"],
        env={**os.environ, "PYTHONPATH": str(pathlib.Path(__file__).parents[3])},
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        assert parent.stdout.readline() == b"working\n"  # and both workers sleep by now
        parent.kill()
        parent.wait()
        for _ in range(100):
            if not _is_alive(parent.pid):
                break
            time.sleep(0.1)
        assert not _is_alive(parent.pid)
    finally:
        if _is_alive(parent.pid):
            os.killpg(parent.pid, signal.SIGKILL)
        parent.communicate()


def _is_alive(group: int) -> bool:
    """Whether any process of a process group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_refuses_no_workers():
    with pytest.raises(InputError, match="workers must be 1 or more, not 0"):
        LocalRunner(0)


def test_there_is_a_core():
    assert 1 <= count_cores() <= os.cpu_count()
