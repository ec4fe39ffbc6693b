import json
import pathlib

import numpy as np

from encoder.images import read_image
from synthesis.video.writing import write_video

FACE = pathlib.Path(__file__).parents[1] / "data" / "encoder" / "rendered_face.png"


def test_scores_are_printed_and_written(tmp_path, run_driver):
    face = read_image(FACE)
    write_video(tmp_path / "still.mp4", [face] * 3, crf=0)
    write_video(tmp_path / "moving", [face, face[:, ::-1], face])
    output = tmp_path / "scores.json"
    flags = f"--input={tmp_path / 'still.mp4'},{tmp_path / 'moving'}", f"--output={output}"
    result = run_driver("score_video", *flags, "--pairing=all", "--detector=hog")
    assert result.returncode == 0, result.stderr
    still, moving = json.loads(output.read_text())
    assert still["acd"] == 0
    assert still["landmark_motion"] == 0
    assert moving["acd"] > 0.01
    assert moving["num_pairs"] == 3
    header, first, second = result.stdout.splitlines()
    assert "pairing" in header
    assert first.split()[:3] == [str(tmp_path / "still.mp4"), "0.0000", "all"]
    assert "dlib (dlib-68)" in second
    assert "3/3" in second


def test_wrong_input_is_one_line(tmp_path, run_driver):
    write_video(tmp_path / "black", [np.zeros((128, 128, 3), np.uint8)] * 2)
    for flags, message in [
        (["--input=none.mp4"], "there is no clip none.mp4"),
        ([f"--input={tmp_path / 'black'}", "--output=a.csv"], "must end in .json"),
        ([f"--input={tmp_path / 'black'}", "--pairing=some"], "pairing"),
        ([f"--input={tmp_path / 'black'}", "--detector=hog"], "a face was found in 0 of 2 frames"),
    ]:
        result = run_driver("score_video", *flags)
        assert result.returncode == 1
        assert message in result.stderr.splitlines()[-1]
