"""Sessions: everybody's own face, jobs and folder, and their end."""

import dataclasses
import pathlib
import secrets
import shutil
import tempfile
import threading
import time
from collections.abc import Callable

from stylegan_tf.errors import InputError
from synthesis.studio.face import Face
from synthesis.studio.jobs import Job, JobQueue
from synthesis.studio.painter import Kept

MAX_SESSIONS = 50
MAX_JOBS = 8  # of a session; the oldest that is over goes when another comes
MAX_WAITING = 3  # of a session's jobs, not over yet
IDLE_SECONDS = 15 * 60.0  # a hidden page's timers run once a minute at least
LEAVING_SECONDS = 10.0  # in which a page that is only loaded again says so
_SWEEP_SECONDS = 2.0


class FullError(InputError):
    """There is no room for another session or job."""


@dataclasses.dataclass(eq=False)
class Session:
    """What one browser has.

    Attributes:
      secret: what its cookie says.
      folder: for its files, readable by this user only.
      face: whose face it edits.
      kept: what its last pictures left to go on from.
      jobs: by name, the oldest first.
      seen: when it was last heard of; `left` when it said goodbye, if it did since.
    """

    secret: str
    folder: pathlib.Path
    face: Face
    kept: Kept = dataclasses.field(default_factory=Kept)
    jobs: dict[str, Job] = dataclasses.field(default_factory=dict)
    seen: float = dataclasses.field(default_factory=time.monotonic)
    left: float | None = None


class SessionStore:
    """All sessions; those that are over are cleaned up by a thread."""

    def __init__(
        self,
        queue: JobQueue,
        first_face: Callable[[], Face],
        idle_seconds: float = IDLE_SECONDS,
        leaving_seconds: float = LEAVING_SECONDS,
    ) -> None:
        """Makes a temporary folder for the sessions' folders.

        Args:
          queue: where their jobs are done.
          first_face: makes the face that a new session begins with.
          idle_seconds, leaving_seconds: how long after the last request, or after a goodbye, a
            session ends.
        """
        self._queue = queue
        self._first_face = first_face
        self._idle_seconds, self._leaving_seconds = idle_seconds, leaving_seconds
        self._folder = pathlib.Path(tempfile.mkdtemp(prefix="stylegan-studio-"))
        self._sessions: dict[str, Session] = {}
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._sweep, name="studio-sessions", daemon=True)
        self._thread.start()

    @property
    def folder(self) -> pathlib.Path:
        """Where the sessions' folders lie."""
        return self._folder

    def __len__(self) -> int:
        return len(self._sessions)

    def find(self, secret: str) -> Session | None:
        """The session of a cookie, which is heard of by this; None if there is none."""
        with self._lock:
            session = self._sessions.get(secret)
            if session is not None:
                session.seen, session.left = time.monotonic(), None
            return session

    def begin(self) -> Session:
        """A new session; raises FullError if there are too many."""
        face = self._first_face()
        with self._lock:
            if len(self._sessions) >= MAX_SESSIONS:
                raise FullError("the studio is full; try again later")
            folder = pathlib.Path(tempfile.mkdtemp(prefix="session-", dir=self._folder))
            session = Session(secrets.token_urlsafe(32), folder, face)
            self._sessions[session.secret] = session
            return session

    def leave(self, session: Session) -> None:
        """Notes a goodbye: unless it is heard of again soon, the session ends."""
        session.left = time.monotonic()

    def add_job(
        self,
        session: Session,
        kind: str,
        work: Callable[[Job], None],
        receive: Callable[[pathlib.Path], None] | None = None,
    ) -> Job:
        """Queues work in a session's name.

        Args:
          session: whose.
          kind, work: of the job.
          receive: puts an upload into the job's folder first; what it raises ends it here.

        Raises:
          FullError: the session has too much queued already.
        """
        self._check_room(session)
        name = secrets.token_hex(8)
        job = Job(kind, work, session.folder / name, name)
        job.folder.mkdir()
        try:
            if receive is not None:
                receive(job.folder)
            with self._lock:
                self._check_room(session)
                over = [job for job in session.jobs.values() if job.is_over]
                for old in over[: len(session.jobs) - MAX_JOBS + 1]:
                    del session.jobs[old.name]
                    shutil.rmtree(old.folder, ignore_errors=True)
                session.jobs[name] = job
        except BaseException:
            shutil.rmtree(job.folder, ignore_errors=True)
            raise
        self._queue.put(job)
        return job

    def cancel_job(self, session: Session, job: Job) -> None:
        """Ends a job that is not wanted; one that is over goes with its files."""
        if job.is_over:
            with self._lock:
                session.jobs.pop(job.name, None)
        self._queue.cancel(job)
        if job.is_over:
            shutil.rmtree(job.folder, ignore_errors=True)

    def _check_room(self, session: Session) -> None:
        waiting = [job for job in session.jobs.values() if not job.is_over]
        if len(waiting) >= MAX_WAITING:
            raise FullError(f"{MAX_WAITING} jobs of yours are queued already; wait for one")

    def close(self) -> None:
        """Ends all sessions and removes their files."""
        self._closing.set()
        self._thread.join()
        for session in list(self._sessions.values()):
            self._end(session)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _sweep(self) -> None:
        while not self._closing.wait(min(_SWEEP_SECONDS, self._leaving_seconds)):
            now = time.monotonic()
            for session in list(self._sessions.values()):
                left = session.left
                gone = left is not None and now - left > self._leaving_seconds
                if gone or now - session.seen > self._idle_seconds:
                    self._end(session)

    def _end(self, session: Session) -> None:
        with self._lock:
            self._sessions.pop(session.secret, None)
        for job in session.jobs.values():
            self._queue.cancel(job)
        for job in session.jobs.values():
            # Until it has noticed it may write files, which go with the studio's folder at last.
            self._queue.wait(job, 60)
        shutil.rmtree(session.folder, ignore_errors=True)
