import json

import numpy as np
import pytest

from emotion.directions.files import load_direction


@pytest.fixture
def labelled(tmp_path):
    random = np.random.default_rng(0)
    happiness = random.normal(size=(4, 512))
    rows = ["name,subject,emotion"]
    for subject in range(6):
        person = random.normal(size=(4, 512))
        for emotion in ("neutral", "happy"):
            name = f"s{subject:03d}-{emotion}"
            code = person + (emotion == "happy") * happiness
            np.save(tmp_path / f"{name}.npy", code.astype(np.float32))
            rows.append(f"{name},s{subject:03d},{emotion}")
    (tmp_path / "labels.csv").write_text("\n".join(rows) + "\n")
    return tmp_path, happiness


def test_learns_from_files(run_driver, labelled, tmp_path):
    folder, truth = labelled
    arguments = [f"--latents={folder}", f"--labels={folder}/labels.csv", "--layers=0-1"]
    result = run_driver(
        "train_directions", *arguments, "--per_layer", f"--output={tmp_path / 'out'}"
    )
    assert result.returncode == 0, result.stderr
    direction = load_direction(tmp_path / "out" / "happiness.npy", 4)
    assert not direction[2:].any()
    cosine = (direction[:2] * truth[:2]).sum()
    cosine /= np.linalg.norm(direction) * np.linalg.norm(truth[:2])
    assert cosine > 0.8
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert report["emotions"]["happiness"]["accuracy"] > 0.9
    assert len(report["emotions"]["happiness"]["layer_accuracies"]) == 4


def test_bad_flags_are_one_line(run_driver, labelled, tmp_path):
    folder, _ = labelled
    output = tmp_path / "out"
    for arguments, message in [
        ([], "give either --latents and --labels, or --seeds"),
        ([f"--latents={folder}"], "--labels=None is not a file"),
        (["--seeds=9-3"], "'9-3' is not a range: it runs backwards"),
        (["--seeds=x"], "--seeds: 'x' is not a whole number from 0 to"),
        (["--seeds=1", "--network=none.pkl"], "--network=none.pkl is not a file"),
    ]:
        result = run_driver("train_directions", f"--output={output}", *arguments)
        assert result.returncode == 1
        assert result.stderr.count("\n") == 1
        assert message in result.stderr
        assert not output.exists()
