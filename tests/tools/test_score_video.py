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


def test_sets_are_scored_with_every_choice(tmp_path, run_driver, openface_file):
    face = read_image(FACE)
    write_video(tmp_path / "ours" / "a", [face, face[:, ::-1]])
    write_video(tmp_path / "ours" / "b.mp4", [face, face[:, ::-1], face], crf=0)
    output = tmp_path / "scores.json"
    result = run_driver(
        "score_video",
        f"--input={tmp_path / 'ours' / 'a'},{tmp_path / 'ours'}",
        "--pairing=consecutive,all",
        "--extractor=dlib,openface",
        f"--openface_model={openface_file}",
        "--detector=hog",
        "--num_workers=1",
        f"--output={output}",
    )
    assert result.returncode == 0, result.stderr
    rows = json.loads(output.read_text())
    assert [next(iter(row)) for row in rows] == ["video"] * 4 + ["set"] * 4
    choices = [(row["extractor"], row["pairing"]) for row in rows]
    kinds = [(e, p) for e in ("dlib", "openface") for p in ("consecutive", "all")]
    assert choices == kinds * 2
    assert rows[0]["weights"] == "dlib_face_recognition_resnet_model_v1"
    assert rows[2]["weights"].endswith("not the published nn4.small2.v1")
    assert rows[2]["alignment"] == "openface/outer-eyes-and-nose"
    both = rows[4]
    assert both["num_clips"] == both["num_scored"] == 2
    assert [clip["num_pairs"] for clip in both["clips"]] == [1, 2]
    assert both["acd"] == sum(clip["acd"] for clip in both["clips"]) / 2
    assert both["acd_error"] > 0
    assert both["acd_per_motion"] > 0
    lines = result.stdout.splitlines()
    assert len(lines) == 9
    assert not (tmp_path / "scores.parts").exists()


def test_wrong_choices_are_refused_before_anything_is_loaded(tmp_path, run_driver):
    write_video(tmp_path / "clip", [read_image(FACE)] * 2)
    for flags, message in [
        (["--extractor=dlib,none"], "--extractor: 'none' is not one of dlib, openface, vgg16"),
        (["--pairing=all,all"], "--pairing: the choice is not one of consecutive, all, each at"),
        (["--extractor=openface", "--openface_model=a.t7"], "there is no OpenFace file a.t7"),
        (["--extractor=vgg16", "--vgg_weights=a.h5"], "--vgg_weights=a.h5 is not a file"),
    ]:
        result = run_driver("score_video", f"--input={tmp_path / 'clip'}", *flags)
        assert result.returncode == 1
        assert message in result.stderr.splitlines()[-1]
