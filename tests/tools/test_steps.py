from tools.steps import run_driver

import os
import pathlib
import signal
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).parents[2]


def test_a_driver_runs_to_its_end(tmp_path, capfd):
    assert run_driver("render_faces", [f"--output={tmp_path}", "--subjects=1", "--size=64"]) is None
    assert (tmp_path / "s001" / "calm.png").is_file()
    assert "rendering" in capfd.readouterr().err


def test_a_failure_is_the_last_line_that_it_said(tmp_path):
    (tmp_path / "file").write_text("mine")
    said = run_driver("render_faces", [f"--output={tmp_path / 'file'}"])
    assert said == f"render_faces.py: --output={tmp_path / 'file'} is a file; give a folder"


def test_a_step_ends_with_a_program_that_is_killed(tmp_path):
    flags = [f"--output={tmp_path / 'clips'}", "--subjects=99", "--size=256", "--num_workers=1"]
    program = f"from tools.steps import run_driver; run_driver('render_clips', {flags!r})"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    parent = subprocess.Popen([sys.executable, "-c", program], env=environment, cwd=ROOT)
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob("clips/record.json")):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    while _running(str(tmp_path)):
        assert time.monotonic() < deadline, "the step goes on"
        time.sleep(0.1)
    assert not list((tmp_path / "clips").glob("subjects3/099/*"))


def _running(text):
    found = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    return [line for line in found.stdout.splitlines() if text in line and "render_clips" in line]
