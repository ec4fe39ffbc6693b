"""Renders many faces in processes of their own.

A process that renders must not import TensorFlow (see `renderer`), and a caller often has.
"""

import collections
import concurrent.futures
import functools
import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from stylegan_tf.runners.local_runner import begin_work, count_cores

if TYPE_CHECKING:
    from encoder.rendered_faces.head.renderer import HeadRenderer

_AHEAD = 2  # items begun for each worker: one in work, one waiting


class RendererPool:
    """Processes with a renderer each; leave the `with` block to end them."""

    def __init__(self, workers: int | None = None) -> None:
        """Starts as many processes, one a core by default, when work comes.

        Args:
          workers: 1 or more.
        """
        self.workers = workers or count_cores()
        self._executor = concurrent.futures.ProcessPoolExecutor(
            self.workers, multiprocessing.get_context("spawn"), begin_work
        )

    def __enter__(self) -> "RendererPool":
        """Does nothing."""
        return self

    def __exit__(self, *_: object) -> None:
        """Ends the processes."""
        self._executor.shutdown(cancel_futures=True)

    def map(self, function: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
        """Yields `function(item)` for each item, in order, taking few items ahead.

        Args:
          function: picklable; it gets its renderer from `shared_renderer`.
          items: picklable as well.

        Raises:
          OSError: a process was killed.
          Whatever `function` raises, when its item's turn comes.
        """
        waiting: collections.deque[concurrent.futures.Future] = collections.deque()
        try:
            for item in items:
                waiting.append(self._executor.submit(function, item))
                if len(waiting) > _AHEAD * self.workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except concurrent.futures.process.BrokenProcessPool:
            raise OSError("a process that renders was killed, perhaps for want of memory") from None
        finally:
            for future in waiting:
                future.cancel()

    def render(self, vectors: Iterable[np.ndarray], size: int) -> Iterator[np.ndarray]:
        """Yields the picture, uint8 [size, size, 3], of each face vector, in order."""
        return self.map(functools.partial(_render, size=size), vectors)


@functools.cache
def shared_renderer() -> "HeadRenderer":
    """This process' renderer."""
    # Mesa's own threads gain nothing where every core has a process.
    os.environ.setdefault("LP_NUM_THREADS", "0")
    from encoder.rendered_faces.head.renderer import HeadRenderer

    return HeadRenderer()


def _render(vector: np.ndarray, size: int) -> np.ndarray:
    return shared_renderer().render(vector, size)
