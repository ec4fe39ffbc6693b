import os
import pathlib
import re
import signal
import subprocess
import sys
import time

import pytest

ROOT = pathlib.Path(__file__).parents[2]
_DRIVER = """
from absl import flags
from stylegan_tf.errors import InputError
from tools import driver
flags.DEFINE_integer("number", 1, "A number.")
def main():
    {body}
driver.run(main)
"""


@pytest.mark.parametrize(
    ("body", "arguments", "code", "message"),
    [
        ("raise InputError('no face in\\n a.png')", [], 1, "no face in a.png"),
        ("raise OSError(28, 'No space left on device')", [], 1, "No space left on device"),
        ("raise KeyboardInterrupt", [], 130, "run the same command again to continue"),
        ("pass", ["--number=abc"], 1, "flag --number=abc: invalid literal"),
        ("pass", ["stray"], 1, "unexpected argument 'stray'"),
    ],
)
def test_bad_input_is_one_line(tmp_path, body, arguments, code, message):
    script = tmp_path / "example.py"
    script.write_text(_DRIVER.format(body=body.replace("\n", "\\n")))
    result = subprocess.run(
        [sys.executable, script, *arguments], capture_output=True, text=True, check=False
    )
    assert result.returncode == code
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith("example.py: ")
    assert message in result.stderr


def test_success_says_nothing(tmp_path):
    script = tmp_path / "example.py"
    script.write_text(_DRIVER.format(body="pass"))
    result = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_is_one_line_and_leaves_nothing(tmp_path, number, code):
    body = (
        "import pathlib, time; from stylegan_tf.files.whole_files import write_atomically\n"
        f"    with write_atomically({str(tmp_path / 'a.npy')!r}):\n"
        "        print('writing', flush=True); time.sleep(60)"
    )
    script = tmp_path / "example.py"
    script.write_text(_DRIVER.format(body=body))
    with subprocess.Popen(
        [sys.executable, script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "writing\n"
        process.send_signal(number)
        assert process.wait(60) == code
        said = process.stderr.read()
    assert said.count("\n") == 1
    assert "run the same command again to continue" in said
    assert [path.name for path in tmp_path.iterdir()] == ["example.py"]


def _start_driver(command):
    return subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _handles(process, number):
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(r"SigCgt:\s*([0-9a-f]+)", status)[1], 16) >> (number - 1) & 1


@pytest.mark.skipif(not pathlib.Path("/proc/self/status").exists(), reason="asks Linux's /proc")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("name", ["synthesize_video", "align_faces"])
@pytest.mark.parametrize("start", ["tools/{}.py", "-m tools.{}"])
def test_a_signal_during_imports_is_one_line(name, start, number, code):
    with _start_driver(start.format(name).split()) as process:
        while not _handles(process, signal.SIGTERM):  # which Python itself does not handle
            assert process.poll() is None
            time.sleep(0.001)
        process.send_signal(number)
        assert process.wait(60) == code
        assert process.stderr.read() == f"{name}.py: interrupted\n"


@pytest.mark.parametrize("name", ["synthesize_video", "align_faces"])
@pytest.mark.parametrize("start", ["tools/{}.py", "-m tools.{}"])
def test_signals_are_handled_before_anything_slow_is_imported(name, start):
    with _start_driver(["-X", "importtime", *start.format(name).split()]) as process:
        _, said = process.communicate(timeout=120)
    imports = [line.split("|")[-1].strip() for line in said.splitlines() if "|" in line]
    handled = imports.index("tools.interruption")
    assert {"absl", "numpy"} <= set(imports[handled:])
    assert not {"absl", "numpy", "stylegan_tf"} & set(imports[:handled])
