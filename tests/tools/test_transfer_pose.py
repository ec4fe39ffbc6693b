import json
import pathlib

import numpy as np

from encoder.clips.reading import read_frames
from encoder.images import read_image
from synthesis.video.writing import write_video

FACE = pathlib.Path(__file__).parents[1] / "data" / "encoder" / "rendered_face.png"


def test_result_stands_beside_the_clip_and_is_measured(tmp_path, run_driver, small_network):
    face = read_image(FACE)
    frames = [np.roll(face, 3 * k, axis=1) for k in range(4)]
    write_video(tmp_path / "clip.mp4", frames, fps=10, crf=5)
    network, _ = small_network.flags
    result = run_driver(
        "transfer_pose",
        network,
        f"--input={tmp_path / 'clip.mp4'}",
        f"--output={tmp_path / 'pose'}",
        "--detector=hog",
        "--detection_size=256",
        "--vgg_weights=random",
        "--iterations=1",
        "--frame_iterations=1",
        "--compare",
    )
    assert result.returncode == 0, result.stderr
    made = np.stack(list(read_frames(tmp_path / "pose")))
    assert made.shape == (4, 64, 128, 3)
    scores = json.loads((tmp_path / "pose.json").read_text())["scores"]
    assert scores["frames_with_face"] == 0  # fresh weights paint none, and that is said
    assert scores["yaw_correlation"] is None
    assert scores["alignment_jitter_after"] <= scores["alignment_jitter_before"]
    assert scores["drift_start"] > 0


def test_wrong_flags_are_one_line(tmp_path, run_driver):
    output = f"--output={tmp_path / 'a.mp4'}"
    for flags, message in [
        ([output, "--input=none.mp4"], "there is no clip none.mp4"),
        ([output, f"--input={FACE}", "--sound", f"--audio={FACE}"], "--sound and --audio both"),
        ([output, f"--input={FACE}", "--encoder=a.npz"], "--encoder is for --method=coarse"),
    ]:
        result = run_driver("transfer_pose", *flags)
        assert result.returncode == 1
        assert message in result.stderr
        assert result.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
