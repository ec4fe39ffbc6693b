import numpy as np
from PIL import Image


def test_strip_and_latents(tmp_path, run_driver, small_network):
    result = run_driver(
        "edit_face",
        *small_network.flags,
        f"--output={tmp_path / 'strip.png'}",
        "--seeds=1,2",
        "--emotion=fear+anger:0.5",
        "--strengths=0,1",
        "--cell=64",
        f"--save_latents={tmp_path / 'latents'}",
    )
    assert result.returncode == 0, result.stderr
    with Image.open(tmp_path / "strip.png") as strip:
        assert 2 * 64 < strip.width < 3 * 64
        assert 2 * 64 < strip.height < 3 * 64
    latents = {path.stem: np.load(path) for path in (tmp_path / "latents").glob("*.npy")}
    assert len(latents) == 4
    step = latents["face00_fear+anger_1"] - latents["face00_fear+anger_0"]
    fear, anger = (np.load(small_network.directions / f"{n}.npy") for n in ("fear", "anger"))
    np.testing.assert_allclose(step[:8], 8 * (fear + 0.5 * anger)[:8], atol=1e-5)
    assert not step[8:].any()


def test_wrong_flags_are_one_line(tmp_path, run_driver):
    output = f"--output={tmp_path / 'strip.png'}"
    for flags, message in [
        ([output, "--emotion=fear", "--strengths=0,much"], "could not convert string to float"),
        ([f"--output={tmp_path / 'strip.mp4'}", "--emotion=fear"], "must end in .png or .jpg"),
    ]:
        result = run_driver("edit_face", *flags)
        assert result.returncode == 1
        assert message in result.stderr
        assert result.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
