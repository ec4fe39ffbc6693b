import json

import numpy as np
import pytest
from PIL import Image

from synthesis.baselines.training_log import read_losses


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    """Two labelled clips of 34 frames, as a folder of folders."""
    root = tmp_path_factory.mktemp("clips")
    random = np.random.RandomState(0)
    for label in ("fear", "anger"):
        folder = root / label / "one"
        folder.mkdir(parents=True)
        for frame in range(34):
            picture = random.randint(0, 255, (64, 64, 3), dtype=np.uint8)
            Image.fromarray(picture).save(folder / f"{frame:02d}.png")
    return root


@pytest.fixture(scope="module")
def trained(run_driver, clips, tmp_path_factory):
    """A MoCoGAN of width 1 after two steps, made in two runs."""
    output = tmp_path_factory.mktemp("training") / "mocogan"
    flags = [
        "--model=mocogan",
        f"--data={clips}",
        f"--output={output}",
        "--dataset=clips",
        "--options=width=1,image_batch_size=2",
        "--batch_size=2",
    ]
    for steps in (1, 2):
        result = run_driver("train_baseline", *flags, f"--steps={steps}")
        assert result.returncode == 0, result.stderr
    assert "going on after step 1" in result.stderr
    return output, flags


def test_training_leaves_what_it_promises(trained):
    output, _ = trained
    description = json.loads((output / "model.json").read_text())
    assert description["model"] == "mocogan"
    assert description["classes"] == ["anger", "fear"]
    assert description["options"]["classes"] == 2
    for name in ("checkpoints/checkpoint", "samples/step000002.gif", "clips/index.json"):
        assert (output / name).is_file(), name
    assert list((output / "log").iterdir())


def test_another_model_in_the_same_folder_is_refused(run_driver, trained):
    _, flags = trained
    result = run_driver("train_baseline", *flags, "--steps=2", "--batch_size=1")
    assert result.returncode == 1
    assert "holds a training with another options" in result.stderr
    assert "Traceback" not in result.stderr


def test_generation(run_driver, trained, tmp_path):
    training, _ = trained
    flags = [f"--training={training}", f"--output={tmp_path}", "--frames=4", "--format=frames"]
    result = run_driver("generate_baseline", *flags, "--seeds=0-1", "--labels=fear,anger")
    assert result.returncode == 0, result.stderr
    folders = sorted(path.name for path in tmp_path.iterdir() if path.is_dir())
    assert folders == [f"{label}-seed000{seed}" for label in ("anger", "fear") for seed in (0, 1)]
    assert len(list((tmp_path / "fear-seed0000").iterdir())) == 4
    assert (tmp_path / "sheet.png").is_file()
    again = run_driver("generate_baseline", *flags, "--seeds=0-1", "--labels=fear,anger")
    assert "all 4 are in" in again.stderr
    result = run_driver("generate_baseline", *flags, "--labels=joy")
    assert result.returncode == 1
    assert "mocogan has no class joy; it has anger, fear" in result.stderr


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--data=missing"], "--data=missing is not a folder"),
        (["--split=list.txt"], "--split is for --dataset=ucf101"),
        (["--options=width"], "--options: 'width' is not NAME=VALUE"),
        (["--options=wdith=1"], "mocogan has no option 'wdith'"),
        (["--size=96"], "MoCoGAN's generator draws 64×64, not 96"),
        (["--options=classes=3", "--dataset=clips"], "classes=3, but"),
        ([], "does not hold MUG"),
    ],
)
def test_wrong_flags_are_one_line(run_driver, clips, tmp_path, flags, message):
    base = ["--model=mocogan", f"--data={clips}", f"--output={tmp_path / 'out'}"]
    result = run_driver("train_baseline", *base, *flags)
    assert result.returncode == 1
    assert message in result.stderr
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "out" / "checkpoints").exists()


def test_a_folder_without_training(run_driver, tmp_path):
    result = run_driver("generate_baseline", f"--training={tmp_path}", f"--output={tmp_path}")
    assert result.returncode == 1
    assert "is not the folder of a training" in result.stderr


def test_figure_24(run_driver, trained, tmp_path):
    training, _ = trained
    flags = ["--figure=24", f"--output={tmp_path}"]
    result = run_driver("make_figures", *flags, f"--mocogan={training}")
    assert result.returncode == 0, result.stderr
    with Image.open(tmp_path / "figure_24.png") as picture:
        assert picture.width > 8 * 128  # eight frames
        assert 2 * 128 < picture.height < 3 * 128  # two classes
    result = run_driver("make_figures", *flags, f"--mocogan={training}")
    assert "was there already" in result.stderr
    wrong = run_driver("make_figures", "--figure=23", f"--output={tmp_path}", f"--tgan={training}")
    assert wrong.returncode == 1
    assert "is the training of a mocogan" in wrong.stderr


def test_curves(run_driver, trained, tmp_path):
    training, _ = trained
    result = run_driver("plot_training", f"--mocogan={training}", f"--output={tmp_path / 'l.png'}")
    assert result.returncode == 0, result.stderr
    losses = read_losses(training)
    assert {"generator", "video_critic"} <= set(losses)
    assert all(list(steps)[-1] == 2 for steps, _ in losses.values())  # logged at the end of a run
    with Image.open(tmp_path / "l.png") as picture:
        assert picture.width == 400
    result = run_driver("plot_training", f"--output={tmp_path / 'l.png'}")
    assert result.returncode == 1
    assert "name a training with one of --tgan, --mocogan" in result.stderr
