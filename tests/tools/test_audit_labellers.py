import json


def test_fer_reads_most_photographs(tmp_path, run_driver):
    output = tmp_path / "labellers.json"
    flags = ["--labellers=fer,emopy:03", "--detector=hog", f"--output={output}"]
    result = run_driver("audit_labellers", *flags)
    assert result.returncode == 0, result.stderr
    assert "of 101 photographs with a face" in result.stdout
    record = json.loads(output.read_text())
    fer, emopy = record["labellers"]
    assert fer["faces"] == record["faces"] >= 95
    assert fer["accuracy"] > 0.75
    assert emopy["classes"] == ["anger", "happiness"]
    assert emopy["faces"] == 14
    assert sum(map(sum, emopy["confusion"])) == record["faces"]


def test_wrong_input_is_one_line(run_driver):
    for flag, message in [
        ("--labellers=none", "unknown labeller 'none'"),
        ("--labellers=", "--labellers is empty"),
        ("--output=a.csv", "--output=a.csv must end in .json"),
    ]:
        result = run_driver("audit_labellers", flag)
        assert result.returncode == 1
        assert message in result.stderr.splitlines()[-1]
