import json

from emotion import EmotionSequenceModel
from emotion.sequences.files import write_sequence
from emotion.sequences.markov_chain import example_chain
from emotion.sequences.sequence import make_rows


def test_trains_on_sequence_files(run_driver, tmp_path):
    (tmp_path / "clips").mkdir()
    for index, clip in enumerate(example_chain().sample(6, 8, seed=0)):
        write_sequence(tmp_path / "clips" / f"{index}.csv", make_rows(clip))
    output = tmp_path / "model.keras"
    result = run_driver(
        "train_emotion_lstm",
        f"--input={tmp_path / 'clips'}",
        f"--output={output}",
        "--epochs=1",
        "--units=2",
        "--window=2",
        "--validation_share=0.3",
    )
    assert result.returncode == 0, result.stderr
    assert EmotionSequenceModel.load(output).window == 2
    report = json.loads((tmp_path / "model.json").read_text())
    assert report["clips"] == {"training": 4, "validation": 2}
    assert report["emotions"] == {"training": 32, "validation": 16}
    assert 0 <= report["validation"]["accuracy"] <= 1
    assert "chain" not in report
    for name in ("loss", "sequence", "transitions"):
        assert (tmp_path / f"model_{name}.png").exists()


def test_bad_input_is_one_line(run_driver, tmp_path):
    output = tmp_path / "model.keras"
    for arguments, message in [
        (["--input=none"], "none does not exist; --input takes files"),
        (["--input=markov-chain", "--smoothing_window=2"], "must be odd"),
        (["--input=markov-chain", "--dropout=1.5"], "dropout"),
    ]:
        result = run_driver("train_emotion_lstm", f"--output={output}", *arguments)
        assert result.returncode == 1
        assert result.stderr.count("\n") == 1
        assert message in result.stderr
        assert not output.exists()
