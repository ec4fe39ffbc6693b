"""Long work, one piece after the other: a queue in which everybody sees their place."""

import collections
import dataclasses
import pathlib
import secrets
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from absl import logging

from stylegan_tf.errors import InputError

QUEUED, RUNNING, DONE, FAILED, CANCELLED = "queued", "running", "done", "failed", "cancelled"
_Item = TypeVar("_Item")


class CancelledError(Exception):
    """The job is not wanted any more."""


@dataclasses.dataclass(eq=False)
class Job:
    """One piece of long work, and how far it is.

    Attributes:
      kind: what the page calls it: `photograph`, `emotions`, `pose`, `video`.
      work: does it; is given the job, to tell how far it is.
      folder: for its files, of its own.
      name: by which requests name it.
      state: queued, running, done, failed or cancelled.
      stage, done, total: what is going on and how far it is; total 0 if that is not known.
      message: why it failed.
      files: what can be downloaded: name → path.
      answer: what else came out of it, as JSON takes it.
      picture, pictures: the latest picture to show meanwhile, a JPEG, and how many there were.
    """

    kind: str
    work: Callable[["Job"], None]
    folder: pathlib.Path
    name: str = dataclasses.field(default_factory=lambda: secrets.token_hex(8))
    state: str = QUEUED
    stage: str = ""
    done: int = 0
    total: int = 0
    message: str = ""
    files: dict[str, pathlib.Path] = dataclasses.field(default_factory=dict)
    answer: dict[str, object] = dataclasses.field(default_factory=dict)
    picture: bytes = b""
    pictures: int = 0
    _cancelled: threading.Event = dataclasses.field(default_factory=threading.Event)

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come."""
        return self.state in (DONE, FAILED, CANCELLED)

    def begin(self, stage: str, total: int = 0) -> None:
        """Says what comes now."""
        self.check()
        self.stage, self.done, self.total = stage, 0, total

    def step(self) -> None:
        """Says that one more is done."""
        self.check()
        self.done += 1

    def follow(self, items: Iterable[_Item], stage: str, total: int = 0) -> Iterator[_Item]:
        """Hands items on and counts them."""
        self.begin(stage, total)
        for item in items:
            yield item
            self.step()

    def show(self, picture: bytes) -> None:
        """Puts a JPEG up to be looked at."""
        self.picture, self.pictures = picture, self.pictures + 1

    def check(self) -> None:
        """Ends the work here if it is not wanted any more, by `CancelledError`."""
        if self._cancelled.is_set():
            raise CancelledError

    def cancel(self) -> None:
        """Says that it is not wanted any more."""
        self._cancelled.set()


class JobQueue:
    """Does jobs in the order they came in, in a thread of its own."""

    def __init__(self) -> None:
        self._waiting: collections.deque[Job] = collections.deque()
        self._changed = threading.Condition()
        self._running: Job | None = None
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="studio-jobs", daemon=True)
        self._thread.start()

    def put(self, job: Job) -> None:
        """Adds a job at the end."""
        with self._changed:
            self._waiting.append(job)
            self._changed.notify_all()

    def place(self, job: Job) -> int:
        """How many jobs are before this one, the running one included."""
        with self._changed:
            if job not in self._waiting:
                return 0
            return self._waiting.index(job) + (self._running is not None)

    def cancel(self, job: Job) -> None:
        """Takes a job out, or ends it at its next step."""
        with self._changed:
            job.cancel()
            if job in self._waiting:
                self._waiting.remove(job)
                job.state = CANCELLED

    def wait(self, job: Job, seconds: float) -> bool:
        """Waits until a job is over; False if it is not after that time."""
        with self._changed:
            return self._changed.wait_for(lambda: job.is_over, seconds)

    def close(self) -> None:
        """Cancels everything and ends the thread."""
        with self._changed:
            self._closed = True
            for job in self._waiting:
                job.state = CANCELLED
            self._waiting.clear()
            if self._running is not None:
                self._running.cancel()
            self._changed.notify_all()
        self._thread.join()

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or self._waiting)
                if self._closed:
                    return
                job = self._running = self._waiting.popleft()
                job.state = RUNNING
            state = self._do(job)
            with self._changed:
                job.state, self._running = state, None
                del job  # a session that leaves takes its jobs along
                self._changed.notify_all()

    def _do(self, job: Job) -> str:
        try:
            job.check()
            job.folder.mkdir(parents=True, exist_ok=True)
            job.work(job)
        except CancelledError:
            return CANCELLED
        except InputError as error:
            job.message = str(error)
            return FAILED
        except Exception:
            logging.exception("a job of kind %s failed", job.kind)
            job.message = "something went wrong here; the server's log says what"
            return FAILED
        return DONE
