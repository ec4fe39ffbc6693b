"""A record that tests change, and what a kill -9 leaves."""

import os
import subprocess
import sys

import pytest

from stylegan_tf.outputs.record import Record


@pytest.fixture
def make_record():
    def make(**changes):
        flags = {"fps": 30.0, "seeds": ["1"], **changes.pop("flags", {})}
        return Record(**{"program": "paint.py", "flags": flags, "version": "1.0", **changes})

    return make


@pytest.fixture
def run_killed(tmp_path):
    """Runs Python text in a process that is expected to kill itself with signal 9."""

    def run(text):
        source = "import os, signal\ndef die(*_): os.kill(os.getpid(), signal.SIGKILL)\n" + text
        result = subprocess.run(
            [sys.executable, "-c", source],
            env={**os.environ, "PYTHONPATH": os.getcwd()},
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == -9, result.stderr

    return run
