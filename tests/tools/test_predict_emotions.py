import itertools
import pathlib
import subprocess
import sys

from emotion import sequences

ROOT = pathlib.Path(__file__).parents[2]


def run(*arguments):
    return subprocess.run(
        [sys.executable, "tools/predict_emotions.py", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )


def test_writes_the_start_and_what_follows(tmp_path):
    output = tmp_path / "sequence.csv"
    result = run(f"--output={output}", "--start=calm,happy", "--length=6", "--seed=4")
    assert result.returncode == 0, result.stderr
    first = sequences.read_sequence(output)
    assert len(first) == 8
    assert first[:2] == [0, 2]
    assert all(a != b for a, b in itertools.pairwise(first))


def test_bad_input_is_one_line(tmp_path):
    output = tmp_path / "sequence.csv"
    for arguments, message in [
        (["--start=bored"], "unknown emotion 'bored'"),
        (["--length=abc"], "length"),
        (["--model=none.keras"], "none.keras does not exist"),
        (["--input=none.csv"], "none.csv: no such file"),
    ]:
        result = run(f"--output={output}", *arguments)
        assert result.returncode != 0
        lines = [line for line in result.stderr.splitlines() if "predict_emotions.py: " in line]
        assert len(lines) == 1
        assert message in lines[0]
        assert not output.exists()
