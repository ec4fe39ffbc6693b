import pytest


def test_ours_alone(run_driver):
    flags = ["--width=1", "--batch_size=2", "--image_batch_size=2", "--steps=1", "--rounds=1"]
    result = run_driver("benchmark_baseline", *flags)
    assert result.returncode == 0, result.stderr
    lines = [line.split()[:2] for line in result.stdout.splitlines()]
    assert lines == [["training", "ours"], ["generation", "ours"]]


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--peer=here"], "--peer and --peer_python go together"),
        (["--peer=here", "--peer_python=python"], "--peer=here holds no models.py"),
    ],
)
def test_wrong_flags_are_one_line(run_driver, flags, message):
    result = run_driver("benchmark_baseline", *flags)
    assert result.returncode == 1
    assert result.stderr.splitlines() == [f"benchmark_baseline.py: {message}"]


def test_a_peer_that_fails_is_one_line(run_driver, tmp_path):
    (tmp_path / "models.py").write_text("")
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho no torch here >&2; exit 1\n")
    python.chmod(0o755)
    flags = [f"--peer={tmp_path}", f"--peer_python={python}", "--width=1", "--batch_size=2"]
    result = run_driver("benchmark_baseline", *flags, "--steps=1", "--image_batch_size=2")
    assert result.returncode == 1
    assert "the original could not be timed; it said: no torch here" in result.stderr
