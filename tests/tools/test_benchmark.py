from tools.benchmarking import comparison, workloads
from tools.benchmarking.workloads import Workload

import json

import pytest

# Of the speed of a matrix product, by processor time. On a quiet machine it is several times this:
# what is caught is work done twice, or by an operation that is not made for it.
LEAST_SHARE = 0.05


def test_speed_stays_near_that_of_a_matrix_product(tmp_path, run_driver):
    result = run_driver(
        "benchmark",
        "--resolutions=64",
        "--rounds=3",
        f"--least_share={LEAST_SHARE}",
        f"--output={tmp_path}",
    )
    assert result.returncode == 0, result.stderr
    sgemm, synthesis = json.loads((tmp_path / "benchmark.json").read_text())
    assert sgemm["share"] == 1
    assert synthesis["kind"] == "synthesis"
    assert synthesis["peak_mib"] > 100
    assert (tmp_path / "benchmark.png").read_bytes()[:4] == b"\x89PNG"


@pytest.mark.parametrize("kind", workloads.KINDS)
def test_each_kind_of_work_runs(kind):
    run, operations = workloads.prepare(Workload(kind, 8, 2, "float32", "auto"))
    run()
    assert (operations > 0) == (kind == "synthesis")


def test_operations_of_the_full_network_by_hand():
    from stylegan_tf import Generator

    generator = Generator.create(seed=1, resolution=8)
    # 3×3×512×512 weights: Conv and Conv0_up at 4×4, Conv1 at 8×8; 512×3 weights at 4×4 and 8×8.
    by_hand = 2 * (9 * 512 * 512 * (16 + 16 + 64) + 512 * 3 * (16 + 64))
    assert workloads.convolution_operations(generator) == by_hand


def test_medians_and_shares():
    def answers(*seconds):
        return [{"wall": s, "processor": 2 * s, "peak_mib": 100 * s} for s in seconds]

    begun = {"first": 5.0, "operations": 100}
    rows = comparison.summarise(
        [
            (Workload("sgemm", 0, 1, "float32", "ref"), begun, answers(1, 2, 9)),
            (Workload("synthesis", 64, 2, "float32", "ref"), begun, answers(8, 4, 2)),
            (Workload("step", 64, 2, "float32", "ref"), {**begun, "operations": 0}, answers(3)),
        ]
    )
    assert [row["seconds"] for row in rows] == [2, 4, 3]
    assert [row["share"] for row in rows] == [1, 0.5, None]
    assert [row["processor_share"] for row in rows] == [1, 0.5, None]
    assert rows[1]["images_per_second"] == 0.5
    assert rows[1]["peak_mib"] == 800


def test_a_process_that_fails_ends_the_comparison(capfd):
    wrong = Workload("synthesis", 100, 1, "float32", "ref")
    with pytest.raises(comparison.InputError, match=r"for synthesis at 100, .* ended with 1;"):
        comparison.measure([wrong], 1, lambda: None)
    assert "InputError" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("flag", "message"),
    [
        ("--work=sleep", "--work must be of synthesis, step, video, train, not 'sleep'"),
        ("--ops=", "--ops must be of ref, native, auto"),
        ("--resolutions=100", "--resolutions must be powers of 2 from 8 to 1024"),
        ("--batch_sizes=0", "--batch_sizes must be at least 1"),
    ],
)
def test_wrong_flags(run_driver, flag, message):
    result = run_driver("benchmark", flag)
    assert result.returncode == 1
    assert message in result.stderr
