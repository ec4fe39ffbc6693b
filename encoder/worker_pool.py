"""Many items, several processes, results in order.

dlib searches a picture on one core and holds Python's lock meanwhile, so more cores need more
processes.
"""

import collections
import concurrent.futures
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Generator, Iterable
from typing import Any

from stylegan_tf.errors import InputError

_AHEAD = 2  # items begun for each worker: one in work, one waiting


def count_cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def map_ahead(
    function: Callable[[Any], Any], items: Iterable[Any], workers: int = 1
) -> Generator[tuple[Any, Any], None, None]:
    """Yields each item with `function(item)`, in the order of `items`.

    Items are taken only a few ahead of what has been yielded, so memory does not grow with their
    number.

    Args:
      function: with more than one worker it, the items and the results must be picklable, so no
        lambda; a `functools.partial` of a module's function is.
      items: read in this process.
      workers: 1 calls `function` in this process; more start that many others.

    Raises:
      InputError: `workers` is less than 1.
      OSError: a worker was killed, most likely for want of memory.
      Whatever `function` raises, when its item's turn comes.
    """
    if workers < 1:
        raise InputError(f"workers must be 1 or more, not {workers}")
    if workers == 1:
        for item in items:
            yield item, function(item)
        return
    # spawn: TensorFlow's threads do not survive a fork.
    pool = concurrent.futures.ProcessPoolExecutor(
        workers, multiprocessing.get_context("spawn"), begin_work
    )
    waiting: collections.deque[tuple] = collections.deque()
    try:
        for item in items:
            waiting.append((item, pool.submit(function, item)))
            if len(waiting) > _AHEAD * workers:
                yield _finish(*waiting.popleft())
        while waiting:
            yield _finish(*waiting.popleft())
    except concurrent.futures.process.BrokenProcessPool:
        raise OSError(
            f"one of {workers} worker processes was killed, perhaps for want of memory; use fewer"
        ) from None
    finally:
        pool.shutdown(cancel_futures=True)


def _finish(item: Any, future: concurrent.futures.Future) -> tuple[Any, Any]:
    return item, future.result()


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
