import itertools

from emotion.sequences.files import read_sequence
from emotion.sequences.sequence import row_emotions


def test_writes_the_start_and_what_follows(run_driver, tmp_path):
    output = tmp_path / "sequence.csv"
    result = run_driver(
        "predict_emotions", f"--output={output}", "--start=calm,happy", "--length=6", "--seed=4"
    )
    assert result.returncode == 0, result.stderr
    sequence = row_emotions(read_sequence(output))
    assert len(sequence) == 8
    assert sequence[:2] == [0, 2]
    assert all(a != b for a, b in itertools.pairwise(sequence))


def test_bad_input_is_one_line(run_driver, tmp_path):
    output = tmp_path / "sequence.csv"
    for arguments, message in [
        (["--start=bored"], "unknown emotion 'bored'"),
        (["--length=abc"], "length"),
        (["--model=none.keras"], "none.keras does not exist"),
        (["--input=none.csv"], "none.csv: no such file"),
        (["--input=a.csv", "--start=calm"], "give one of them"),
    ]:
        result = run_driver("predict_emotions", f"--output={output}", *arguments)
        assert result.returncode == 1
        assert result.stderr.count("\n") == 1
        assert message in result.stderr
        assert not output.exists()
