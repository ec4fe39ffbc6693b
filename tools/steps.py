"""Runs drivers one after another, each in a process of its own that ends with this one."""

from tools import interruption  # first: a step's process is a driver

import os
import runpy
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence

_KEPT_LINES = 20


def run_driver(name: str, flags: Sequence[str]) -> str | None:
    """Runs `tools/NAME.py` with flags to its end; what it says on stderr is passed on.

    Args:
      name: of the driver.
      flags: as on a command line, a command of the driver first if it has any.

    Returns:
      None, or, if it failed, the last line that it said.
    """
    # The process ends when its stdin does, whatever ends this one.
    process = subprocess.Popen(
        [sys.executable, "-m", "tools.steps", name, *flags],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C comes to this process alone, which passes it on
    )
    lines: list[bytes] = []
    with process:
        assert process.stderr is not None
        try:
            for line in process.stderr:
                sys.stderr.buffer.write(line)
                sys.stderr.flush()
                lines = [*lines[1 - _KEPT_LINES :], line]
        except BaseException:
            process.terminate()
            raise
    if process.returncode == 0:
        return None
    said = [text.strip() for line in lines for text in line.decode("utf-8", "replace").split("\r")]
    return next((text for text in reversed(said) if text), f"exit code {process.returncode}")


def _end_with_stdin() -> None:
    os.read(sys.stdin.fileno(), 1)  # not through a buffer, whose lock would outlast the program
    os.kill(os.getpid(), signal.SIGTERM)


def _main() -> None:
    interruption.end_at_once()
    threading.Thread(target=_end_with_stdin, daemon=True).start()
    name = sys.argv[1]
    del sys.argv[1]
    runpy.run_module(f"tools.{name}", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    _main()
