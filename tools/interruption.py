"""SIGINT and SIGTERM, from a driver's first import on; nothing slow is imported here."""

import os
import signal
import sys
from collections.abc import Callable

_DRIVER = os.getpid()


class Terminated(KeyboardInterrupt):
    """SIGTERM; what is being written is cleaned up as after Ctrl-C."""


def end_at_once() -> None:
    """Has a signal end the program: nothing is being made yet, and there is nothing to clean up."""
    _handle(_stop)


def clean_up() -> None:
    """Has a signal raise, so that all that is being written is cleaned up; a second ends at once.

    The exception is KeyboardInterrupt, or Terminated.
    """
    _handle(_raise)


def _stop(number: int, _frame: object) -> None:
    if os.getpid() == _DRIVER:
        os.write(2, f"{os.path.basename(sys.argv[0])}: interrupted\n".encode())
    os._exit(128 + number)


def _raise(number: int, frame: object) -> None:
    if os.getpid() != _DRIVER:  # a forked child
        os._exit(128 + number)
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, _stop)
    raise Terminated if number == signal.SIGTERM else KeyboardInterrupt


def _handle(handler: Callable[[int, object], None]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) != signal.SIG_IGN:  # as nohup has set it
            signal.signal(number, handler)


def _is_driver() -> bool:
    """Whether the running program is a driver, and not a test that imports one."""
    program = getattr(sys.modules["__main__"], "__file__", None) or ""
    return os.path.dirname(os.path.abspath(program)) == os.path.dirname(os.path.abspath(__file__))


if _is_driver():
    end_at_once()
