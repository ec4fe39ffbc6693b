import json
import lzma
import pathlib

import numpy as np
import pytest
from PIL import Image

DATA = pathlib.Path(__file__).parents[1] / "data" / "networks"


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    path = tmp_path_factory.mktemp("network") / "sg2_cond32.pkl"
    path.write_bytes(lzma.decompress((DATA / "sg2_cond32.pkl.xz").read_bytes()))
    return f"--network={path}"


def pixels(path):
    with Image.open(path) as picture:
        return np.asarray(picture)


def test_writes_one_image_a_seed_and_keeps_it(tmp_path, network, run_driver):
    flags = (network, f"--output={tmp_path}", "--truncation_psi=0.7", "--label=1")
    result = run_driver("generate_images", *flags, "--seeds=66,230")
    assert result.returncode == 0, result.stderr
    names = ["record.json", "seed0066.png", "seed0230.png"]
    assert sorted(path.name for path in tmp_path.iterdir()) == names

    from stylegan_tf import load_networks, to_uint8

    Gs = load_networks(DATA / "sg2_cond32.pkl.xz").Gs
    w = Gs.map(Gs.sample_z([66]), [[0, 1, 0]], 0.7)
    expected = to_uint8(Gs.synthesize(w, Gs.sample_noise([66])))[0]
    assert np.abs(pixels(tmp_path / "seed0066.png").astype(int) - expected).max() <= 1

    times = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    result = run_driver("generate_images", *flags, "--seeds=66,230")
    assert f"all 2 are in {tmp_path} already" in result.stderr
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == times
    other = (network, f"--output={tmp_path}", "--truncation_psi=0.5", "--label=1", "--seeds=66")
    result = run_driver("generate_images", *other)
    assert result.returncode == 1
    assert "was made with another --truncation_psi; give another --output" in result.stderr
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == times
    result = run_driver("generate_images", *other, "--overwrite")
    assert result.returncode == 0, result.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["record.json", "seed0066.png"]


def test_precision_changes_the_image_and_is_recorded(tmp_path, network, run_driver):
    flags = ("--truncation_psi=0.7", "--label=1", "--precision=bfloat16")
    result = run_driver("generate_images", network, f"--output={tmp_path}", *flags)
    assert result.returncode == 0, result.stderr
    assert json.loads((tmp_path / "record.json").read_text())["flags"]["precision"] == "bfloat16"

    from stylegan_tf import load_networks, to_uint8

    images = {}
    for dtype in ("float32", "mixed_bfloat16"):
        Gs = load_networks(DATA / "sg2_cond32.pkl.xz", dtype=dtype).Gs
        w = Gs.map(Gs.sample_z([66]), [[0, 1, 0]], 0.7)
        images[dtype] = to_uint8(Gs.synthesize(w, Gs.sample_noise([66])))[0]
    written = pixels(tmp_path / "seed0066.png").astype(int)
    assert np.abs(written - images["mixed_bfloat16"]).max() <= 1
    assert np.abs(written - images["float32"]).max() > 1


def test_writes_a_mixing_sheet(tmp_path, network, run_driver):
    flags = ("--figure=mixing", "--seeds=85", "--column_seeds=55,821", "--styles=0-3,5")
    result = run_driver("generate_images", network, f"--output={tmp_path}", *flags)
    assert result.returncode == 0, result.stderr
    sheet = pixels(tmp_path / "mixing.png")
    assert sheet.shape == (64, 96, 3)
    assert not sheet[:32, :32].any()
    np.testing.assert_array_equal(sheet[32:, 64:], pixels(tmp_path / "85-821.png"))


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--seeds=a"], "--seeds: 'a' is not a whole number"),
        (["--seeds=9-3"], "--seeds: '9-3' is not a range"),
        (["--psis=x"], "--psis=x: give numbers"),
        (["--network=none.pkl"], "--network=none.pkl is not a file"),
        (["--figure=movie"], "flag --figure=movie"),
        (["--figure=mixing", "--num_workers=2"], "--num_workers is for --figure=images"),
    ],
)
def test_says_what_is_wrong_before_loading(flags, message, tmp_path, run_driver):
    result = run_driver("generate_images", f"--output={tmp_path / 'out'}", *flags)
    assert result.returncode == 1
    assert message in result.stderr.splitlines()[-1]
    assert not (tmp_path / "out").exists()


def test_says_what_is_wrong_with_the_network(tmp_path, run_driver):
    (tmp_path / "page.pkl").write_text("<!DOCTYPE html><html>Google Drive - Quota exceeded</html>")
    flags = (f"--network={tmp_path / 'page.pkl'}", f"--output={tmp_path / 'out'}")
    result = run_driver("generate_images", *flags)
    assert result.returncode == 1
    assert "a web page, not a network" in result.stderr.splitlines()[-1]
    assert not (tmp_path / "out").exists()
