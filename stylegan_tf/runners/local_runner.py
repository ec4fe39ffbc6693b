"""Many items, this process or several others of this machine.

dlib searches a picture on one core and holds Python's lock meanwhile, so more cores need more
processes.
"""

import collections
import concurrent.futures
import dataclasses
import multiprocessing
import os
import pickle
import signal
import threading
from collections.abc import Callable, Generator, Iterable
from typing import Any

from stylegan_tf.errors import InputError

THREADS_VARIABLE = "TF_NUM_INTRAOP_THREADS"  # read by TensorFlow when it is loaded
_AHEAD = 2  # items begun for each worker: one in work, one waiting
_function: Callable[[Any], Any] | None = None  # of a worker process


def count_cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclasses.dataclass(frozen=True)
class LocalRunner:
    """Runs on this machine (see `Runner`).

    Attributes:
      num_workers: 1 calls the function in this process; more start that many others, and share
        the cores among their TensorFlows.

    Raises:
      InputError: `num_workers` is less than 1.
    """

    num_workers: int = 1

    def __post_init__(self) -> None:
        if self.num_workers < 1:
            raise InputError(f"workers must be 1 or more, not {self.num_workers}")

    def map(
        self, function: Callable[[Any], Any], items: Iterable[Any]
    ) -> Generator[tuple[Any, Any], None, None]:
        """See `Runner.map`."""
        if self.num_workers == 1:
            for item in items:
                yield item, function(item)
            return
        # spawn: TensorFlow's threads do not survive a fork.
        pool = concurrent.futures.ProcessPoolExecutor(
            self.num_workers,
            multiprocessing.get_context("spawn"),
            _begin,
            (pickle.dumps(function), str(max(1, count_cores() // self.num_workers))),
        )
        waiting: collections.deque[tuple] = collections.deque()
        try:
            for item in items:
                waiting.append((item, pool.submit(_work, item)))
                if len(waiting) > _AHEAD * self.num_workers:
                    yield _finish(*waiting.popleft())
            while waiting:
                yield _finish(*waiting.popleft())
        except concurrent.futures.process.BrokenProcessPool:
            raise OSError(
                f"one of {self.num_workers} worker processes was killed, perhaps for want of "
                "memory; use fewer"
            ) from None
        finally:
            pool.shutdown(cancel_futures=True)


def _finish(item: Any, future: concurrent.futures.Future) -> tuple[Any, Any]:
    return item, future.result()


def _begin(function: bytes, threads: str) -> None:
    global _function
    begin_work()
    os.environ.setdefault(THREADS_VARIABLE, threads)
    _function = pickle.loads(function)


def _work(item: Any) -> Any:
    assert _function is not None
    return _function(item)


def begin_work() -> None:
    """Prepares a worker to end with its parent, and only then."""
    # Ctrl-C reaches every process of a terminal; the parent deals with it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A parent that is killed cannot tell its workers to end."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
    os._exit(1)
