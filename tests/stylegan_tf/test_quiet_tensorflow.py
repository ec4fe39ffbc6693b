"""TensorFlow starts without a word, and what else is written meanwhile comes through."""

import subprocess
import sys

import pytest

from stylegan_tf.quiet_tensorflow import is_chatter

CUINIT = (
    "E0000 00:00:1795578003.683887   18848 cuda_platform.cc:52] failed call to cuInit: INTERNAL: "
    "CUDA error: Failed call to cuInit: UNKNOWN ERROR (303)\n"
)
INFORMATION = (
    "I0000 00:00:1795578001.259026   18848 cudart_stub.cc:31] Could not find cuda drivers on your "
    "machine, GPU will not be used.\n"
)
NOTICE = "WARNING: All log messages before absl::InitializeLog() is called are written to STDERR\n"


def run(tmp_path, code, tensorflow=None, **environment):
    """Runs `code` after `when_imported()`, with a stand-in for TensorFlow if one is given."""
    if tensorflow is not None:
        (tmp_path / "tensorflow.py").write_text(tensorflow)
    paths = [str(tmp_path), *sys.path]
    start = f"import sys; sys.path[:0] = {paths}\n"
    start += "from stylegan_tf import quiet_tensorflow\nquiet_tensorflow.when_imported()\n"
    return subprocess.run(
        [sys.executable, "-c", start + code],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def stand_in(*lines, after=""):
    written = "\n".join(f"os.write(2, {line.encode()!r})" for line in lines)
    return f"""
import os
{written}
{after}
class config:
    def list_physical_devices():
        os.write(2, {CUINIT.encode()!r})
"""


def test_tensorflow_itself_starts_without_a_word(tmp_path):
    result = run(
        tmp_path,
        "import tensorflow as tf\nprint(float(tf.reduce_sum(tf.ones([3]))), tf.__spec__.name)",
    )
    assert (result.returncode, result.stdout, result.stderr) == (0, "3.0 tensorflow\n", "")


def test_other_lines_come_through(tmp_path):
    tensorflow = stand_in(
        NOTICE,
        "a library cannot be loaded\n",
        INFORMATION,
        "E0000 00:00:1795578003.683887 8 cuda_dnn.cc:31] wrong version\n",
        after="import sys; print('from Python', file=sys.stderr)",
    )
    result = run(tmp_path, "import tensorflow, os\nos.write(2, b'afterwards')", tensorflow)
    assert result.returncode == 0
    assert result.stderr.replace(CUINIT, "").splitlines() == [
        "a library cannot be loaded",
        "E0000 00:00:1795578003.683887 8 cuda_dnn.cc:31] wrong version",
        "from Python",
        "afterwards",
    ]


def test_what_comes_after_the_start_is_not_filtered(tmp_path):
    code = f"import tensorflow, os\nos.write(2, {NOTICE.encode()!r})"
    assert run(tmp_path, code, stand_in()).stderr.endswith(NOTICE)


@pytest.mark.parametrize(
    ("crash", "code"), [("os.abort()", -6), ("os.kill(os.getpid(), 11)", -11), ("os._exit(3)", 3)]
)
def test_a_crash_while_importing_shows(tmp_path, crash, code):
    tensorflow = stand_in(NOTICE, "F0000 terminate called\n", "no line end", after=crash)
    result = run(tmp_path, "import tensorflow", tensorflow)
    assert result.returncode == code
    assert result.stderr == "F0000 terminate called\nno line end"


def test_an_exception_while_importing_shows(tmp_path):
    result = run(tmp_path, "import tensorflow", "raise ImportError('libcudart is missing')")
    assert result.returncode == 1
    assert result.stderr.endswith("ImportError: libcudart is missing\n")


def test_the_environment_can_ask_for_everything(tmp_path):
    result = run(tmp_path, "import tensorflow", stand_in(NOTICE), TF_CPP_MIN_LOG_LEVEL="0")
    assert result.stderr == NOTICE


def test_a_library_does_not_silence_tensorflow():
    code = "import sys, stylegan_tf.quiet_tensorflow; print(sys.meta_path)"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert "TensorFlowFinder" not in result.stdout


def test_a_failed_cuinit_is_an_error_only_where_there_is_a_device():
    assert is_chatter(CUINIT, device=False)
    assert not is_chatter(CUINIT, device=True)
    assert is_chatter(INFORMATION, device=True)
    assert not is_chatter("W0000 00:00:1795578003.68 8 a.cc:1] a warning", device=False)
