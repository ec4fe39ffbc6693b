import json

import numpy as np
import pytest

from encoder.clips.decoding import open_clip
from encoder.clips.reading import read_frames


def read_video(path):
    return np.stack(list(read_frames(path)))


def test_video_with_its_record_and_the_same_again(tmp_path, run_driver, small_network):
    flags = [*small_network.flags, "--seed=66", "--emotions=happiness,surprise:0.5", "--fps=25"]
    flags += ["--frames_between=4", "--loop", "--crf=1", "--max_identity_distance=0.6"]
    refused = run_driver("synthesize_video", f"--output={tmp_path / 'r.mp4'}", *flags)
    assert refused.returncode == 1
    assert "dlib finds no face in the calm picture" in refused.stderr
    flags.pop()
    result = run_driver("synthesize_video", f"--output={tmp_path / 'a.mp4'}", *flags)
    assert result.returncode == 0, result.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.json", "a.mp4"]
    frames = read_video(tmp_path / "a.mp4")
    assert frames.shape == (16, 64, 64, 3)  # calm, 4, happiness, 4, surprise, 4, calm
    assert open_clip(tmp_path / "a.mp4").fps == 25
    assert np.abs(frames[0].astype(int) - frames[-1]).mean() < 1
    assert np.abs(frames[0].astype(int) - frames[5]).mean() > 3
    record = json.loads((tmp_path / "a.json").read_text())
    assert record["flags"]["seeds"] == ["66"]
    assert record["flags"]["coefficient"] == 8
    assert record["flags"]["mask"] == "emotion"
    assert len(record["network"]["sha256"]) == 64
    assert record["frames"] == 16
    assert record["packages"]["numpy"] == np.__version__
    assert [row["emotion"] for row in record["timelines"][0]] == ["calm", "happiness", "surprise"]

    before = (tmp_path / "a.mp4").stat().st_mtime_ns
    again = run_driver("synthesize_video", f"--output={tmp_path / 'a.mp4'}", *flags)
    assert again.returncode == 0
    assert "is there already" in again.stderr
    changed = run_driver("synthesize_video", f"--output={tmp_path / 'a.mp4'}", *flags, "--seed=1")
    assert changed.returncode == 1
    assert "was made with another --seed" in changed.stderr
    assert (tmp_path / "a.mp4").stat().st_mtime_ns == before


def test_predicted_emotions_and_a_grid_of_latents_as_png(tmp_path, run_driver, small_network):
    latents = np.random.RandomState(0).randn(2, 10, 512).astype(np.float32)
    for name, latent in zip("ab", latents, strict=True):
        np.save(tmp_path / f"{name}.npy", latent)
    result = run_driver(
        "synthesize_video",
        f"--output={tmp_path / 'frames'}",
        *small_network.flags,
        f"--latent={tmp_path / 'a.npy'}",
        f"--latent={tmp_path / 'b.npy'}",
        "--length=2",
        "--frames_between=1",
        "--interpolation=cubic",
        "--mask=0-3",
        "--labels",
    )
    assert result.returncode == 0, result.stderr
    frames = read_video(tmp_path / "frames")
    assert frames.shape == (5, 64, 128, 3)
    record = json.loads((tmp_path / "frames.json").read_text())
    assert len(record["timelines"]) == 2
    assert len(record["timelines"][0]) == 3


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--emotions=fear", "--coefficient=abc"], "could not convert string to float: 'abc'"),
        (["--emotions=fear", "--network=no.pkl"], "no.pkl is not a file, nor one that ships"),
        (["--emotions=fear", "--photo=no.jpg"], "there is no photograph no.jpg"),
        (["--emotions=fear", "--detection_size=10"], "--detection_size=10"),
        (["--emotions=fear", "--photo=a.jpg", "--seed=1"], "--seeds and --photo both say"),
        (["--emotions=fear", "--seeds=1,two"], "'two' is not a whole number"),
        (["--emotions=fear", "--strengths=fear"], "'fear' is not EMOTION:NUMBER"),
        (["--emotions=fear", "--directions=tests"], "tests has no fear.npy"),
        (["--emotions=fear", "--length=3"], "one of --emotions, --sequence and --length"),
    ],
)
def test_wrong_flags_are_one_line_before_tensorflow(tmp_path, run_driver, flags, message):
    result = run_driver("synthesize_video", f"--output={tmp_path / 'a.mp4'}", *flags)
    assert result.returncode == 1
    assert message in result.stderr
    assert result.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
