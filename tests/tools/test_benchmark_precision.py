import pytest

from stylegan_tf.ops.native import build


def test_measures_each_variant(small_network, run_driver):
    try:
        build.find_compiler()
    except build.BuildError as error:
        pytest.skip(str(error))
    result = run_driver(
        "benchmark_precision",
        f"--network={small_network.pickle}",
        "--variants=float32/native,bfloat16/native",
        "--seeds=1",
        "--repeats=1",
    )
    assert result.returncode == 0, result.stderr
    rows = [line.split("|")[1:-1] for line in result.stdout.splitlines()[2:]]
    errors = {row[0].strip(): float(row[3]) for row in rows}
    assert errors["float32/ref"] == 0
    assert errors["float32/native"] < 0.01
    assert 0.01 < errors["bfloat16/native"] < 64


def test_refuses_an_unknown_variant(run_driver):
    result = run_driver("benchmark_precision", "--variants=float8/native")
    assert result.returncode == 1
    assert "--variants has 'float8/native'" in result.stderr
