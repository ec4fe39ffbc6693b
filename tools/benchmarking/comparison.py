"""Times several kinds of work in turn, each in a process of its own, and compares them."""

from tools.benchmarking.workloads import SGEMM, Workload

import json
import pathlib
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from stylegan_tf.errors import InputError

ROOT = pathlib.Path(__file__).parents[2]


class Worker:
    """A process that does one kind of work when told to."""

    def __init__(self, work: Workload) -> None:
        """Starts it, and waits until it has done its work once."""
        self.work = work
        command = [sys.executable, "-m", "tools.benchmarking.worker", *map(str, work)]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.begun = self._answer()

    def run(self) -> dict[str, float]:
        """Does the work once; returns `wall` and `processor` seconds, and `peak_mib`."""
        assert self._process.stdin is not None
        self._process.stdin.write("run\n")
        self._process.stdin.flush()
        return self._answer()

    def end(self) -> None:
        """Ends the process."""
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()
        self._process.wait()

    def _answer(self) -> dict[str, float]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self.end()
            code = self._process.returncode
            raise InputError(
                f"the process for {self.work.kind} at {self.work.resolution}, batch "
                f"{self.work.batch_size}, ended with {code}; its message is above"
            )
        return json.loads(line)


def measure(
    works: Iterable[Workload], rounds: int, on_run: Callable[[], object]
) -> list[dict[str, Any]]:
    """Times each kind of work `rounds` times, always one after the other.

    All processes stay until the end, so there must be memory for all at once. Other programs that
    use the machine disturb neighbours in a round alike: compare shares and ratios, not seconds.

    Returns:
      A row for each: the workload's fields; medians `seconds` (of a run), `processor_seconds`,
      `images_per_second`; `first_seconds` from the import of TensorFlow to the end of the first
      run, `peak_mib`; `share` and `processor_share` of sgemm's speed, None where operations are not
      counted.
    """
    workers: list[Worker] = []
    try:
        for work in (Workload(SGEMM, 0, 1, "float32", "ref"), *works):
            workers.append(Worker(work))
        answers: list[list[dict[str, float]]] = [[] for _ in workers]
        for _ in range(rounds):
            for worker, answer in zip(workers, answers, strict=True):
                answer.append(worker.run())
                on_run()
    finally:
        for worker in workers:
            worker.end()
    return summarise([(w.work, w.begun, a) for w, a in zip(workers, answers, strict=True)])


def summarise(
    measured: Sequence[tuple[Workload, Mapping[str, float], Sequence[Mapping[str, float]]]],
) -> list[dict[str, Any]]:
    """Rows as `measure` returns them; the first one measured is sgemm."""
    rows: list[dict[str, Any]] = []
    for work, begun, answers in measured:
        seconds, processor = (
            statistics.median(answer[key] for answer in answers) for key in ("wall", "processor")
        )
        row = {
            **work._asdict(),
            "seconds": seconds,
            "processor_seconds": processor,
            "images_per_second": work.images / seconds,
            "first_seconds": begun["first"],
            "peak_mib": max(answer["peak_mib"] for answer in answers),
            "share": None,
            "processor_share": None,
        }
        if begun["operations"]:
            row["speed"] = begun["operations"] / seconds
            row["processor_speed"] = begun["operations"] / processor
            best = (rows or [row])[0]
            row["share"] = row["speed"] / best["speed"]
            row["processor_share"] = row["processor_speed"] / best["processor_speed"]
        rows.append(row)
    return rows
