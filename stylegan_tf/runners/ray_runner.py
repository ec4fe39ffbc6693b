"""Many items on a Ray cluster: actors that keep what they have loaded, and outlive one another."""

import collections
import contextlib
import dataclasses
import logging
import math
import os
import pathlib
import signal
import socket
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import Any

from stylegan_tf.errors import InputError
from stylegan_tf.runners.local_runner import THREADS_VARIABLE, count_cores

ATTEMPTS = 3  # at an item whose workers die
_AHEAD = 2  # items begun for each worker: one in work, one waiting
_PATIENCE = 10.0  # seconds for a cluster to answer
_ROOT = pathlib.Path(__file__).parents[2]
_PASSED_ON = ("STYLEGAN_VIDEO_", "TF_")  # variables, by how they begin


@dataclasses.dataclass(frozen=True)
class RayRunner:
    """Runs on a Ray cluster (see `Runner`).

    Each worker is a Ray actor, which makes its function once. The items of a worker that dies, or
    whose node does, go to others; a new worker takes its place wherever there is room.

    Attributes:
      address: of the cluster, `auto` for the one that this machine is part of; None starts one on
        this machine, and ends it.
      num_workers: None for as many as there is room for at the start.
      cpus: cores that a worker takes; its TensorFlow uses as many threads.
      gpus: GPUs, or a share of one.
    """

    address: str | None = None
    num_workers: int | None = None
    cpus: float = 1.0
    gpus: float = 0.0

    def map(
        self, function: Callable[[Any], Any], items: Iterable[Any]
    ) -> Generator[tuple[Any, Any], None, None]:
        """See `Runner.map`.

        Raises:
          InputError: the cluster cannot be reached, or has no room for a worker.
        """
        with _connected(self.address):
            crew = _Crew(self, function)
            try:
                yield from crew.map(items)
            finally:
                crew.dismiss()


@contextlib.contextmanager
def _connected(address: str | None) -> Iterator[None]:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # no telemetry
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")  # what will be Ray's default
    os.environ.setdefault("RAY_worker_niceness", "0")  # 15 starves them beside any other work
    import ray

    if ray.is_initialized():
        yield
        return
    if address not in (None, "auto", "local"):
        _check_address(str(address))
    size: dict[str, Any] = {"num_cpus": count_cores()} if address is None else {}
    handler = signal.getsignal(signal.SIGTERM)
    try:
        ray.init(
            address=address or "local",
            include_dashboard=False if address is None else None,
            logging_level=logging.ERROR,
            log_to_driver=False,
            **size,
        )
    except (ConnectionError, RuntimeError, ValueError) as error:
        reason = str(error).strip().splitlines()[0]
        raise InputError(f"the Ray cluster {address or 'here'} is out of reach: {reason}") from None
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, handler)  # Ray sets its own
    try:
        yield
    finally:
        ray.shutdown()


def _check_address(address: str) -> None:
    """Refuses at once what Ray would try for minutes."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    try:
        socket.create_connection((host, int(port)), timeout=_PATIENCE).close()
    except (OSError, ValueError, OverflowError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise InputError(f"the Ray cluster {address} is out of reach: {reason}") from None


class _Worker:
    """The actor's class: a function that is made once, and called."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self._function = function

    def is_ready(self) -> bool:
        """True, once the worker is there."""
        return True

    def call(self, item: Any) -> Any:
        """Works on an item."""
        return self._function(item)


@dataclasses.dataclass(eq=False)
class _Task:
    item: Any
    attempts: int = 0
    is_done: bool = False
    result: Any = None
    error: Exception | None = None


class _Crew:
    """The workers of one `map`, and who does what."""

    def __init__(self, runner: RayRunner, function: Callable[[Any], Any]) -> None:
        import ray

        self._ray = ray
        self._function = ray.put(function)
        threads = str(max(1, round(runner.cpus)))
        variables = {k: v for k, v in os.environ.items() if k.startswith(_PASSED_ON)}
        # A checkout is found at the same place on every node; an installed package anywhere.
        path = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))
        variables |= {THREADS_VARIABLE: threads, "PYTHONPATH": path}
        self._actor = ray.remote(_Worker).options(
            num_cpus=runner.cpus, num_gpus=runner.gpus, runtime_env={"env_vars": variables}
        )
        self._size = runner.num_workers or self._room(runner)
        self._starting: dict[Any, Any] = {}  # whether it is ready → actor
        self._busy: dict[Any, dict[Any, _Task]] = {}  # actor → future → task
        self._waiting: collections.deque[_Task] = collections.deque()
        self._deaths = 0  # since something was done

    def _room(self, runner: RayRunner) -> int:
        there = self._ray.cluster_resources()
        rooms = [there.get("CPU", 0) / runner.cpus]
        if runner.gpus:
            rooms.append(there.get("GPU", 0) / runner.gpus)
        room = math.floor(min(rooms) + 1e-9)
        if room < 1:
            raise InputError(
                f"the Ray cluster has {there.get('CPU', 0):g} cores and {there.get('GPU', 0):g} "
                f"GPUs: no room for a worker with {runner.cpus:g} and {runner.gpus:g}"
            )
        return room

    def map(self, items: Iterable[Any]) -> Generator[tuple[Any, Any], None, None]:
        """Yields in order what the workers make of the items."""
        order: collections.deque[_Task] = collections.deque()
        rest = iter(items)
        is_more = True
        while True:
            while is_more and len(order) <= _AHEAD * self._size:
                try:
                    order.append(_Task(next(rest)))
                    self._waiting.append(order[-1])
                except StopIteration:
                    is_more = False
            while order and order[0].is_done:
                task = order.popleft()
                if task.error is not None:
                    raise task.error
                yield task.item, task.result
            if not order and not is_more:
                return
            if not is_more or len(order) > _AHEAD * self._size:
                self._work(len(order))

    def dismiss(self) -> None:
        """Ends all workers."""
        for actor in (*self._busy, *self._starting.values()):
            with contextlib.suppress(Exception):  # a cluster that is gone
                self._ray.kill(actor)

    def _work(self, left: int) -> None:
        """Hands out what waits, and waits until something has happened."""
        while len(self._busy) + len(self._starting) < min(self._size, left):
            actor: Any = self._actor.remote(self._function)
            self._starting[actor.is_ready.remote()] = actor
        for _ in range(_AHEAD):
            for actor, tasks in self._busy.items():
                if self._waiting and len(tasks) < _AHEAD:
                    task = self._waiting.popleft()
                    task.attempts += 1
                    tasks[actor.call.remote(task.item)] = task
        futures = [*self._starting, *(f for tasks in self._busy.values() for f in tasks)]
        done, _ = self._ray.wait(futures, num_returns=1)
        for future in done:
            if future in self._starting:
                self._welcome(future)
            else:
                self._receive(future)

    def _welcome(self, future: Any) -> None:
        actor = self._starting.pop(future)
        try:
            self._ray.get(future)
            self._busy[actor] = {}
        except self._ray.exceptions.RayError:
            self._bury(None)

    def _receive(self, future: Any) -> None:
        owners = [actor for actor, tasks in self._busy.items() if future in tasks]
        if not owners:
            return  # of a worker that was buried a moment ago
        actor = owners[0]
        try:
            result = self._ray.get(future)
        except self._ray.exceptions.RayTaskError as error:
            task = self._busy[actor].pop(future)
            cause = error.cause
            task.error = cause if isinstance(cause, Exception) else error
            task.is_done = True
        except self._ray.exceptions.RayError:  # the worker is dead, or what it sent is lost
            self._bury(actor)
        else:
            task = self._busy[actor].pop(future)
            task.result, task.is_done = result, True
            self._deaths = 0

    def _bury(self, actor: Any) -> None:
        """Takes a worker's items back."""
        self._deaths += 1
        tasks = [] if actor is None else list(self._busy.pop(actor).values())
        if actor is not None:
            with contextlib.suppress(Exception):
                self._ray.kill(actor)
        self._waiting.extendleft(reversed(tasks))
        often = max((task.attempts for task in tasks), default=0)
        if self._deaths >= ATTEMPTS * self._size or often >= ATTEMPTS * _AHEAD:
            raise OSError(
                "workers on the Ray cluster die again and again, perhaps for want of memory"
            )
