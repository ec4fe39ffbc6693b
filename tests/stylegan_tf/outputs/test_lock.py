import json
import os
import subprocess
import sys

import pytest

from stylegan_tf.errors import InputError
from stylegan_tf.outputs.lock import lock_output


def test_one_at_a_time_and_nothing_left(tmp_path):
    with lock_output(tmp_path / "a.mp4"):
        with (
            pytest.raises(
                InputError, match=rf"another run is writing .*a.mp4 \(process {os.getpid()} on"
            ),
            lock_output(tmp_path / "a.mp4"),
        ):
            pass
        with lock_output(tmp_path / "b.mp4"):
            pass
    with lock_output(tmp_path / "a.mp4"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_another_process_is_named(tmp_path):
    text = (
        "import sys, pathlib; from stylegan_tf.outputs.lock import lock_output\n"
        "with lock_output(pathlib.Path(sys.argv[1])): print('held', flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", text, tmp_path / "a"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.getcwd()},
    ) as other:
        assert other.stdout.readline() == b"held\n"
        message = f"process {other.pid} on"
        with pytest.raises(InputError, match=message), lock_output(tmp_path / "a"):
            pass
        other.kill()
        other.wait()
        assert (tmp_path / ".a.lock").exists()
        with lock_output(tmp_path / "a"):
            assert json.loads((tmp_path / ".a.lock").read_text())["pid"] == os.getpid()
    assert list(tmp_path.iterdir()) == []


def test_a_link_for_a_lock_is_refused(tmp_path):
    (tmp_path / "mine").write_text("precious")
    (tmp_path / ".a.lock").symlink_to(tmp_path / "mine")
    with pytest.raises(InputError, match=r".a.lock cannot be locked"), lock_output(tmp_path / "a"):
        pass
    assert (tmp_path / "mine").read_text() == "precious"
