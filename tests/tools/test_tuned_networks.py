"""Tuned networks and faces put back, through the drivers that make and use them."""

import pathlib

import numpy as np
import pytest

from encoder.faces.alignment_job import find_aligned
from encoder.faces.pasting import outline_mask
from encoder.images import read_image, write_image
from stylegan_tf.network_difference import NetworkDifference

FACE = pathlib.Path(__file__).parents[1] / "data" / "encoder" / "rendered_face.png"
FAST = (
    "--method=pti",
    "--iterations=2",
    "--tuning_iterations=4",
    "--vgg_weights=random",
    "--skip_fine_blocks",
)


@pytest.fixture(scope="module")
def photograph(tmp_path_factory):
    path = tmp_path_factory.mktemp("photograph") / "photograph.png"
    picture = np.full((300, 400, 3), 120, np.uint8)
    picture[20:276, 80:336] = read_image(FACE)
    write_image(path, picture)
    return path


@pytest.fixture(scope="module")
def embedded(tmp_path_factory, run_driver, small_network):
    """A folder with the latents and tuned networks of two pictures."""
    folder = tmp_path_factory.mktemp("embedded")
    write_image(folder / "in" / "a.png", read_image(FACE))
    write_image(folder / "in" / "b.png", read_image(FACE)[:, ::-1] // 2)
    result = run_driver(
        "embed_images",
        f"--network={small_network.pickle}",
        f"--input={folder / 'in'}",
        f"--output={folder / 'out'}",
        "--tuning_learning_rate=0.01",
        "--working_resolution=32",
        *FAST,
    )
    assert result.returncode == 0, result.stderr
    return folder / "out"


def test_the_network_lies_beside_the_latent_and_draws_it(
    tmp_path, run_driver, small_network, embedded
):
    names = {path.name for path in embedded.iterdir()}
    assert {"a.npy", "a.tuned.npz", "b.npy", "b.tuned.npz", "a_strip.png"} <= names
    a, b = (NetworkDifference.load(embedded / f"{name}.tuned.npz") for name in "ab")
    assert a.network == b.network
    assert a.digest != b.digest
    losses = np.loadtxt(embedded / "a_loss.csv", delimiter=",", skiprows=1)
    assert len(losses) == 3 + 4

    drawn = []
    for more in ([], ["--notuned"]):
        output = tmp_path / ("plain" if more else "tuned")
        flags = [f"--network={small_network.pickle}", f"--output={output}", *more]
        result = run_driver("reconstruct", f"--input={embedded}", *flags)
        assert result.returncode == 0, result.stderr
        drawn.append(read_image(output / "a.png").astype(int))
    assert np.abs(drawn[0] - drawn[1]).mean() > 1


def test_two_tuned_networks_are_not_mixed(tmp_path, run_driver, small_network, embedded):
    for driver, flags in [
        ("edit_face", [f"--latent={embedded / 'a.npy'}", f"--latent={embedded / 'b.npy'}"]),
        ("mix_faces", [f"--plus={embedded / 'a.npy'}"]),
    ]:
        if driver == "mix_faces":
            flags = [f"{flags[0]},{embedded / 'a.npy'}", f"--minus={embedded / 'b.npy'}"]
        else:
            flags = [*flags, "--emotion=fear"]
        network = f"--network={small_network.pickle}"
        result = run_driver(driver, network, *flags, f"--output={tmp_path / 'x.png'}")
        assert result.returncode == 1
        assert "latents of different tuned networks cannot be drawn together" in result.stderr
        assert result.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_an_edited_face_goes_back_into_its_photograph(
    tmp_path, run_driver, small_network, photograph
):
    def edit(name, *flags):
        result = run_driver(
            "edit_face",
            *small_network.flags,
            "--emotion=fear",
            "--strengths=0,1",
            "--detector=hog",
            f"--photo={photograph}",
            "--paste_back",
            f"--output={tmp_path / name}.png",
            f"--save_pictures={tmp_path / name}",
            *flags,
        )
        assert result.returncode == 0, result.stderr
        return [read_image(tmp_path / name / f"face00_fear_{s}.png").astype(int) for s in (0, 1)]

    calm, afraid = edit("all", f"--save_latents={tmp_path / 'latents'}", *FAST)
    picture = read_image(photograph)
    (found,) = find_aligned(photograph, detector="hog")
    mask = outline_mask(found.landmarks, (400, 300))
    outside = np.ones((300, 400), bool)
    outside[mask.rows, mask.columns] = mask.weights == 0
    for edited in (calm, afraid):
        np.testing.assert_array_equal(edited[outside], picture[outside])
        assert np.abs(edited - picture)[~outside].mean() > 5
    assert np.abs(afraid - calm).max() > 5

    # The saved latents bring their network along; a region changes less.
    latents = tmp_path / "latents"
    assert len(list(latents.glob("*.tuned.npz"))) == 2
    again = edit("mouth", f"--latent={latents / 'face00_fear_0.npy'}", "--region=mouth")
    assert np.abs(again[0] - calm).max() <= 1
    changed = np.abs(again[1] - again[0]).max(axis=-1)
    eyes = found.landmarks[36:48].mean(axis=0).astype(int)
    mouth = found.landmarks[48:68].mean(axis=0).astype(int)
    assert not changed[: eyes[1] + 5].any()
    assert changed[mouth[1] - 5 : mouth[1] + 5].any()


def test_wrong_flags_are_one_line(tmp_path, run_driver, photograph):
    for driver, flags, message in [
        ("edit_face", ["--emotion=fear", "--paste_back"], "--paste_back needs --photo"),
        (
            "edit_face",
            ["--emotion=fear", "--locality_weight=1"],
            "is for --photo with --method=pti",
        ),
        (
            "edit_face",
            ["--emotion=fear", "--region=pose", "--mask=0-3"],
            "--region=pose is a matter of layers: leave --mask out",
        ),
        (
            "synthesize_video",
            ["--emotions=fear", "--paste_back", *[f"--photo={photograph}"] * 2],
            "--paste_back makes a video of one photograph",
        ),
        (
            "transfer_pose",
            [f"--input={photograph}", f"--photo={photograph}", "--paste_back", "--compare"],
            "--compare sets aligned faces side by side, --paste_back has none",
        ),
        (
            "make_figures",
            ["--figure=18", f"--photo={photograph}", "--method=pti"],
            "figures 18 and 19 show what one network draws",
        ),
        (
            "embed_images",
            [f"--input={photograph}", "--method=projector", "--space=w+"],
            "--method=projector searches W, one picture after the other, to the end: no --space",
        ),
        ("embed_images", [f"--input={photograph}", "--same_person"], "is for --method=pti only"),
    ]:
        ends = {"edit_face": "x.png", "synthesize_video": "x.mp4", "transfer_pose": "x.mp4"}
        result = run_driver(driver, f"--output={tmp_path / ends.get(driver, 'x')}", *flags)
        assert result.returncode == 1, (driver, flags)
        assert message in result.stderr
        assert result.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
