"""tools/train_coarse_encoder.py, embed_images.py --method=coarse and reconstruct.py, in a row."""

import json
import pathlib

import numpy as np
import pandas as pd

from encoder.images import read_image, write_image

DATA = pathlib.Path(__file__).parents[1] / "data"
FACE = DATA / "encoder" / "rendered_face.png"
NETWORK = DATA / "networks" / "sg2_f64.pkl.xz"


def test_train_embed_reconstruct(tmp_path, run_driver, small_network):
    network = f"--network={small_network.pickle}"
    face = read_image(FACE)
    write_image(tmp_path / "in" / "a.png", face)
    write_image(tmp_path / "in" / "b.png", face[:, ::-1])

    flags = [network, f"--output={tmp_path / 'coarse'}", "--backbone=small", "--steps=4"]
    flags += ["--batch_size=2", "--validation_pairs=2"]
    result = run_driver("train_coarse_encoder", *flags)
    assert result.returncode == 0, result.stderr
    assert "held-out error" in result.stderr
    report = json.loads((tmp_path / "coarse" / "report.json").read_text())
    assert report["steps"] == 4

    encoder = f"--encoder={tmp_path / 'coarse' / 'encoder.npz'}"
    flags = [network, f"--input={tmp_path / 'in'}", f"--output={tmp_path / 'latents'}"]
    result = run_driver("embed_images", *flags, "--method=coarse", encoder)
    assert result.returncode == 0, result.stderr
    assert np.load(tmp_path / "latents" / "b.npy").shape == (10, 512)

    flags = [network, f"--input={tmp_path / 'latents'}", f"--output={tmp_path / 'out'}"]
    flags += [f"--originals={tmp_path / 'in'}", "--vgg_weights=random", "--detector=hog"]
    result = run_driver("reconstruct", *flags)
    assert result.returncode == 0, result.stderr
    scores = pd.read_csv(tmp_path / "out" / "scores.csv", index_col="name")
    assert list(scores.columns) == ["psnr", "ssim", "vgg", "identity"]
    assert list(scores.index) == ["a", "b"]
    assert (scores["psnr"] > 3).all()
    assert read_image(tmp_path / "out" / "sheet.png").shape == (16 + 512, 512, 3)
    assert read_image(tmp_path / "out" / "a.png").shape == (64, 64, 3)
    assert "psnr" in result.stdout


def test_reconstruct_says_what_is_wrong(tmp_path, run_driver):
    np.save(tmp_path / "a.npy", np.zeros((10, 512), np.float32))
    np.save(tmp_path / "z.npy", np.zeros((1, 512), np.float32))
    (tmp_path / "empty").mkdir()
    network, output = f"--network={NETWORK}", f"--output={tmp_path / 'out'}"
    for flags, message in [
        ([f"--input={tmp_path / 'z.npy'}"], "shape (1, 512) of a Z code"),
        ([f"--input={tmp_path / 'empty'}"], "empty holds no latents (.npy)"),
        (
            [f"--input={tmp_path / 'a.npy'}", f"--originals={tmp_path / 'empty'}"],
            "empty has no picture a (1 are missing)",
        ),
        ([f"--input={tmp_path / 'a.npy'}", "--detector=hog"], "--detector is for --originals only"),
    ]:
        result = run_driver("reconstruct", network, output, *flags)
        assert result.returncode == 1
        assert message in result.stderr.splitlines()[-1]
        assert not (tmp_path / "out").exists()


def test_train_says_what_is_wrong(tmp_path, run_driver):
    output = f"--output={tmp_path / 'out'}"
    flags = ["--backbone=small", "--backbone_weights=imagenet", f"--network={NETWORK}"]
    result = run_driver("train_coarse_encoder", output, *flags)
    assert result.returncode == 1
    assert "--backbone_weights=imagenet is for --backbone=resnet50 only" in result.stderr
    assert not (tmp_path / "out").exists()
