import json

import pytest

from stylegan_tf.ops.native import build


def test_times_each_operation(tmp_path, run_driver):
    try:
        build.find_compiler()
    except build.BuildError as error:
        pytest.skip(str(error))
    output = tmp_path / "times.json"
    result = run_driver(
        "benchmark_ops", "--resolution=16", "--repeats=1", "--train", f"--output={output}"
    )
    assert result.returncode == 0, result.stderr
    rows = json.loads(output.read_text())["milliseconds"]
    assert [row["shape"][1] for row in rows] == [9, 4, 8, 17, 8, 16]
    assert all(row["ref"] > 0 and row["native"] > 0 for row in rows)
    assert result.stdout.count("FIR after the up-convolution") == 2


def test_refuses_another_side(run_driver):
    result = run_driver("benchmark_ops", "--resolution=100")
    assert result.returncode == 1
    assert "resolution" in result.stderr
