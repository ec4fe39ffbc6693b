"""Keeps what TensorFlow says of itself while it starts away from the reader of a command's output.

TensorFlow's C++ parts write to file descriptor 2 before their logging can be set up: that absl's
log is not initialised, that there is no GPU driver, that cuInit failed. `TF_CPP_MIN_LOG_LEVEL` and
`CUDA_VISIBLE_DEVICES` come too late for these lines. `when_imported` lets descriptor 2 run through
a filter while TensorFlow is imported and looks for its devices, and only then. The filter is a
process of its own: what is written just before a crash comes through as well. Every line but the
known ones passes.

`TF_CPP_MIN_LOG_LEVEL=0` (or 1) in the environment shows everything.
"""

import contextlib
import glob
import importlib.abc
import importlib.machinery
import importlib.util
import os
import re
import subprocess
import sys
import types
from collections.abc import Iterator, Sequence

LEVEL_VARIABLE = "TF_CPP_MIN_LOG_LEVEL"
# Lines that say nothing on any machine: severity I is information, and absl's notice is of itself.
CHATTER = (
    r"WARNING: All log messages before absl::InitializeLog\(\) is called are written to STDERR",
    r"I\d{4} \d\d:\d\d:[\d.]+ +\d+ \S+\.cc:\d+\] ",
    r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+: I \S+\.cc:\d+\] ",
    r"To enable the following instructions: [A-Z0-9_ ]+, in other operations, rebuild TensorFlow",
)
# What is an error where there is an NVIDIA device, and nothing new where there is none.
NO_DEVICE = (r"E\d{4} \d\d:\d\d:[\d.]+ +\d+ \S+\.cc:\d+\] failed call to cuInit: ",)
PATIENCE = 10.0  # seconds to wait for the filter's last lines


def has_nvidia_device() -> bool:
    """Whether the system has an NVIDIA device, by the files that its driver makes."""
    return bool(glob.glob("/dev/nvidia[0-9]*") or glob.glob("/dev/dxg"))


def is_chatter(line: str, device: bool) -> bool:
    """Whether `line` is one of the known lines; `device`: whether there is an NVIDIA device."""
    patterns = CHATTER if device else (*CHATTER, *NO_DEVICE)
    return any(re.match(pattern, line) for pattern in patterns)


@contextlib.contextmanager
def filtered_stderr() -> Iterator[None]:
    """Lets file descriptor 2 of this process run through the filter within the block."""
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.flush()
    saved = os.dup(2)
    try:
        # In a session of its own it outlives Ctrl-C, and so passes on what Python says of it.
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", __file__],
            stdin=subprocess.PIPE,
            stdout=saved,
            start_new_session=True,
        )
        assert process.stdin is not None
        os.dup2(process.stdin.fileno(), 2)
        process.stdin.close()
        try:
            yield
        finally:
            with contextlib.suppress(OSError, ValueError):
                sys.stderr.flush()
            os.dup2(saved, 2)
            # A process started meanwhile may hold the other end; the filter then goes on for it.
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(PATIENCE)
    finally:
        os.close(saved)


class _TensorFlowLoader(importlib.abc.Loader):
    """The loader that it is given, with file descriptor 2 filtered while it works."""

    def __init__(self, loader: importlib.abc.Loader) -> None:
        self._loader = loader

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: types.ModuleType) -> None:
        spec = module.__spec__
        assert spec is not None
        spec.loader = module.__loader__ = self._loader
        with filtered_stderr():
            self._loader.exec_module(module)
            # The search for devices would be made at the first operation, and speaks as well.
            module.config.list_physical_devices()


class _TensorFlowFinder(importlib.abc.MetaPathFinder):
    """Finds TensorFlow once, as the other finders do, and gives it the loader above."""

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: types.ModuleType | None = None,
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != "tensorflow":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(fullname)
        if spec is not None and spec.loader is not None:
            spec.loader = _TensorFlowLoader(spec.loader)
        return spec


def when_imported() -> None:
    """Has TensorFlow start quietly when it is imported, by whomever; for programs, not libraries.

    Call it before anything imports TensorFlow; it imports nothing itself.
    """
    if os.environ.setdefault(LEVEL_VARIABLE, "2") in ("0", "1") or "tensorflow" in sys.modules:
        return
    if not any(isinstance(finder, _TensorFlowFinder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _TensorFlowFinder())


def _pass_on() -> None:
    device = has_nvidia_device()
    for line in sys.stdin.buffer:
        if not is_chatter(line.decode("utf-8", "replace"), device):
            sys.stdout.buffer.write(line)
            sys.stdout.buffer.flush()


if __name__ == "__main__":
    _pass_on()
