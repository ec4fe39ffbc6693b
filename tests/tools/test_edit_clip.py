import json
import pathlib
import subprocess

import imageio_ffmpeg
import numpy as np
import pytest

from encoder.clips.decoding import open_clip
from encoder.clips.reading import read_frames
from encoder.clips.sound import has_sound
from encoder.images import read_image
from synthesis.video.writing import write_video

FACE = pathlib.Path(__file__).parents[1] / "data" / "encoder" / "rendered_face.png"


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    """Six frames with a tone: blank, then four of a face that moves, then blank."""
    folder = tmp_path_factory.mktemp("clip")
    frames = [np.full((300, 400, 3), 120, np.uint8) for _ in range(6)]
    for k in range(1, 5):
        frames[k][20:276, 60 + 3 * k : 316 + 3 * k] = read_image(FACE)
    write_video(folder / "silent.mp4", frames, fps=10, crf=5)
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-i", folder / "silent.mp4"]
    command += ["-f", "lavfi", "-i", "sine=440:duration=0.6", "-c:v", "copy", folder / "clip.mp4"]
    subprocess.run(command, check=True, capture_output=True)
    return folder / "clip.mp4"


def test_size_rate_length_and_sound_stay(tmp_path, run_driver, small_network, clip):
    result = run_driver(
        "edit_clip",
        *small_network.flags,
        f"--input={clip}",
        "--emotions=fear,anger",
        f"--output={tmp_path / 'out.mp4'}",
        "--crf=5",
        "--detector=hog",
        "--detection_size=400",
        "--vgg_weights=random",
        "--iterations=2",
        "--frame_iterations=1",
        "--tuning_iterations=3",
        "--tuning_pictures=2",
        "--skip_fine_blocks",
    )
    assert result.returncode == 0, result.stderr
    made, before = (list(read_frames(path)) for path in (tmp_path / "out.mp4", clip))
    assert [frame.shape for frame in made] == [(300, 400, 3)] * 6
    assert open_clip(tmp_path / "out.mp4").fps == 10
    assert has_sound(tmp_path / "out.mp4")
    record = json.loads((tmp_path / "out.json").read_text())
    assert (record["frames"], record["changed"]) == (6, [1, 5])
    change = [np.abs(a.astype(int) - b).max() for a, b in zip(made, before, strict=True)]
    assert min(change[1:5]) > 25
    assert max(change[0], change[5]) < 15  # encoded once more, nothing else


def test_wrong_flags_are_one_line(tmp_path, run_driver, clip):
    for flags, message in [
        (["--input=none.mp4", "--emotion=fear"], "there is no clip none.mp4"),
        ([f"--input={clip}"], "say what to add with one of --emotion and --emotions"),
        ([f"--input={clip}", "--emotions=fear", "--ramp_seconds=1"], "is for --emotion only"),
        (
            [f"--input={clip}", "--emotion=fear", "--method=thesis", "--locality_weight=1"],
            "--locality_weight is for --method=pti only",
        ),
        (
            [f"--input={clip}", "--emotion=fear", "--region=pose", "--mask=none"],
            "--region=pose is a matter of layers",
        ),
    ]:
        result = run_driver("edit_clip", f"--output={tmp_path / 'a.mp4'}", *flags)
        assert result.returncode == 1
        assert message in result.stderr
        assert result.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_rendered_clip_with_a_known_truth(tmp_path, run_driver, small_network):
    moving, edited = tmp_path / "moving", tmp_path / "edited"
    flags = ("--frames=3", "--size=256", "--ramp_seconds=0.04", f"--output={moving}")
    result = run_driver("render_moving_clip", *flags)
    assert result.returncode == 0, result.stderr
    assert len(list((moving / "truth").glob("*.png"))) == 3
    search = (f"--input={moving}/calm.mp4", "--detector=hog", "--detection_size=256")
    result = run_driver(
        "edit_clip",
        *small_network.flags,
        *search,
        "--emotion=happiness",
        f"--output={edited}",
        "--method=image2stylegan",
        "--vgg_weights=random",
        "--iterations=1",
        "--frame_iterations=1",
        "--skip_fine_blocks",
    )
    assert result.returncode == 0, result.stderr
    measure = (*search, f"--edited={edited}", f"--output={tmp_path}/scores.json")
    result = run_driver("measure_clip_edit", *measure, f"--truth={moving}/truth")
    assert result.returncode == 0, result.stderr
    scores = json.loads((tmp_path / "scores.json").read_text())
    assert (scores["frames"], scores["outside"]) == (3, 0)
    assert 15 < scores["psnr"] < 60
    assert scores["crop_jitter"] < scores["crop_jitter_before"]
    assert "border_flicker" in result.stdout
    for flag, said in (
        (f"--edited={tmp_path}/none", "is not a folder of frames"),
        (f"--edited={moving}", "holds no pictures"),
        ("--input=none.mp4", "there is no clip none.mp4"),
    ):
        result = run_driver("measure_clip_edit", *measure, flag)
        assert result.returncode == 1
        assert said in result.stderr.splitlines()[-1]
