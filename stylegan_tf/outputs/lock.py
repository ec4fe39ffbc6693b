"""One process at a time works on an output."""

import contextlib
import fcntl
import json
import os
import pathlib
import platform
import time
from collections.abc import Iterator

from stylegan_tf.errors import InputError
from stylegan_tf.files.whole_files import is_alive, sweep

_PATIENCE = 5.0  # seconds that the forked children of a dead owner may take to end


@contextlib.contextmanager
def lock_output(path: pathlib.Path) -> Iterator[None]:
    """Holds `.NAME.lock` beside an output; the file is gone afterwards.

    Missing folders are made, and are gone afterwards as well where nothing came into them.

    The system gives the lock of a dead process free, so a file that one left is no hindrance.

    Raises:
      InputError: another process holds it.
    """
    new = [folder for folder in path.parents if not os.path.lexists(folder)]
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = _lock_path(path)
    handle = _acquire(lock, path)
    try:
        os.ftruncate(handle, 0)
        owner = {"pid": os.getpid(), "machine": platform.node()}
        os.pwrite(handle, json.dumps(owner).encode(), 0)
        yield
    finally:
        lock.unlink(missing_ok=True)  # before it is free: whoever waits opens a new one
        os.close(handle)
        with contextlib.suppress(OSError):
            for folder in new:
                folder.rmdir()


def tidy(path: pathlib.Path) -> None:
    """Removes what a killed run left beside a result that is done: its lock, temporary files.

    Raises:
      InputError: another process is writing the result.
    """
    if os.path.lexists(_lock_path(path)):
        with lock_output(path):
            pass
    sweep(path)


def _lock_path(path: pathlib.Path) -> pathlib.Path:
    return path.with_name(f".{path.name}.lock")


def _acquire(lock: pathlib.Path, path: pathlib.Path) -> int:
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
            handle = os.open(lock, flags, 0o666)
        except OSError as error:
            raise InputError(f"{lock} cannot be locked: {error.strerror}") from None
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with contextlib.suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(handle), os.lstat(lock)):
                    return handle
            os.close(handle)  # its last owner removed it meanwhile
        except BlockingIOError:
            pid, machine = _owner(handle)
            os.close(handle)
            dead = pid is not None and machine == platform.node() and not is_alive(pid)
            if not dead or time.monotonic() > deadline:
                who = "" if pid is None else f" (process {pid} on {machine})"
                raise InputError(
                    f"another run is writing {path}{who}; wait for it, or give another --output"
                ) from None
            time.sleep(0.05)
        except BaseException:
            os.close(handle)
            raise


def _owner(handle: int) -> tuple[int | None, str]:
    try:
        owner = json.loads(os.pread(handle, 1000, 0))
        return int(owner["pid"]), str(owner["machine"])[:100]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None, ""
