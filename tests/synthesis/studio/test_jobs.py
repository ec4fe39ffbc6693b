"""The queue: order, place, failure, cancelling."""

import threading

import pytest

from stylegan_tf.errors import InputError
from synthesis.studio.jobs import Job, JobQueue


@pytest.fixture
def queue():
    made = JobQueue()
    yield made
    made.close()


def test_jobs_are_done_in_order_and_know_their_place(queue, tmp_path):
    go, done = threading.Event(), []

    def work(job):
        assert go.wait(10)
        done.append(job.kind)

    jobs = [Job(str(k), work, tmp_path / str(k)) for k in range(4)]
    for job in jobs:
        queue.put(job)
    while jobs[0].state != "running":
        pass
    assert [queue.place(job) for job in jobs] == [0, 1, 2, 3]
    queue.cancel(jobs[1])
    assert [queue.place(job) for job in jobs] == [0, 0, 1, 2]
    go.set()
    assert queue.wait(jobs[3], 10)
    assert done == ["0", "2", "3"]
    assert [job.state for job in jobs] == ["done", "cancelled", "done", "done"]


def test_progress_and_cancelling_on_the_way(queue, tmp_path):
    begun = threading.Event()

    def work(job):
        for _ in job.follow(iter(int, 1), "endless", 7):
            begun.set()

    job = Job("video", work, tmp_path / "job")
    queue.put(job)
    assert begun.wait(10)
    assert (job.stage, job.total) == ("endless", 7)
    queue.cancel(job)
    assert queue.wait(job, 10)
    assert job.state == "cancelled"
    assert job.done > 0


def test_failures_are_told(queue, tmp_path, caplog):
    def wrong(job):
        raise InputError("this is no film")

    def broken(job):
        raise ZeroDivisionError("secret")

    jobs = [Job("pose", work, tmp_path / work.__name__) for work in (wrong, broken)]
    for job in jobs:
        queue.put(job)
    assert queue.wait(jobs[1], 10)
    assert [job.state for job in jobs] == ["failed", "failed"]
    assert jobs[0].message == "this is no film"
    assert jobs[1].message == "something went wrong here; the server's log says what"
    assert "secret" in caplog.text
