"""Runs drivers in forks of one process that has loaded what they share: a real process, sooner.

Read from stdin, a JSON object a line: `argv`, `cwd`, `limit` in seconds, `said` (a file for what
is printed). Written to stdout: the exit code, or null where the limit was passed.
"""

import contextlib
import json
import os
import runpy
import signal
import sys
import time

import absl.app
import absl.flags
import absl.logging
import numpy
import pandas
import PIL.Image
import tqdm

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
_LOADED = (absl.app, absl.flags, absl.logging, numpy, pandas, PIL.Image, tqdm)


def _child(case: dict) -> None:
    os.setsid()
    os.chdir(case["cwd"])
    said = os.open(case["said"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    null = os.open(os.devnull, os.O_RDONLY)
    for target, source in ((0, null), (1, said), (2, said)):
        os.dup2(source, target)
    sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115 - the process's own
    sys.stderr = open(2, "w", closefd=False)  # noqa: SIM115
    sys.argv = case["argv"]
    sys.path[0] = os.path.dirname(sys.argv[0])
    code = 0
    try:
        runpy.run_path(sys.argv[0], run_name="__main__")
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        import traceback

        traceback.print_exc()
        code = 1
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


def _wait(pid: int, limit: float) -> int | None:
    end = time.monotonic() + limit
    while time.monotonic() < end:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.killpg(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return None


def main() -> None:
    """Answers until stdin ends."""
    for line in sys.stdin:
        case = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _child(case)
        code = _wait(pid, case["limit"])
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)  # what it may have left running
        print(json.dumps(code), flush=True)


if __name__ == "__main__":
    sys.path.insert(1, ROOT)
    main()
