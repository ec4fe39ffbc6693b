def test_bad_input_is_one_line(run_driver, tmp_path):
    output = tmp_path / "labeller.keras"
    for arguments, message in [
        (["--input=none.csv"], "--input=none.csv does not exist"),
        (["--input=none.csv", "--architecture=vgg"], "architecture"),
        (["--input=none.csv", "--epochs=abc"], "epochs"),
    ]:
        result = run_driver("train_emotion_labeller", f"--output={output}", *arguments)
        assert result.returncode == 1
        assert result.stderr.count("\n") == 1
        assert message in result.stderr
        assert not output.exists()
