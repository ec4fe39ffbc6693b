import json

import numpy as np
import pytest
from PIL import Image

from emotion.labelling.label_files import read_labels
from emotion.sequences.changes import keep_changes
from emotion.sequences.files import read_sequence
from emotion.sequences.sequence import row_emotions
from synthesis.video.writing import write_video


@pytest.fixture
def faces(tmp_path):
    folder = tmp_path / "faces"
    folder.mkdir()
    rows = ["frame,seconds,shot,person,left,top,right,bottom,confidence,file"]
    random = np.random.default_rng(0)
    for index in range(6):
        picture = random.integers(0, 256, (64, 64, 3), np.uint8)
        Image.fromarray(picture).save(folder / f"{index:06d}.png")
        rows.append(f"{index},{index / 10},0,0,0,0,9,9,1,{index:06d}.png")
    (folder / "faces.csv").write_text("\n".join(rows) + "\n")
    return folder


def test_labels_a_folder(run_driver, faces, tmp_path):
    output, sequence = tmp_path / "labels.csv", tmp_path / "sequence.csv"
    arguments = [f"--input={faces}", f"--output={output}", f"--sequence={sequence}"]
    result = run_driver("label_emotions", *arguments, "--labeller=emopy:03")
    assert result.returncode == 0, result.stderr
    labels = read_labels(output)
    assert labels.frames.tolist() == list(range(6))
    # This classifier knows anger and happiness only.
    assert not labels.probabilities[:, [0, 3, 4, 5, 6]].any()
    assert row_emotions(read_sequence(sequence)) == keep_changes(labels.emotions)
    summary = json.loads((tmp_path / "labels.json").read_text())
    assert summary["faces"] == 6
    assert (tmp_path / "labels_transitions.png").exists()


def test_bad_input_is_one_line(run_driver, tmp_path):
    output = tmp_path / "labels.csv"
    page = tmp_path / "page.mp4"
    page.write_text("<html>")
    for arguments, message in [
        (["--input=none.mp4"], "--input=none.mp4 does not exist"),
        ([f"--input={page}"], "page.mp4 is not a video that ffmpeg can read"),
        ([f"--input={tmp_path}"], "has no faces.csv: make it with tools/extract_faces.py"),
        ([f"--input={page}", "--smoothing_window=4"], "must be odd"),
    ]:
        result = run_driver("label_emotions", f"--output={output}", *arguments)
        assert result.returncode == 1
        assert result.stderr.count("\n") == 1
        assert message in result.stderr
        assert not output.exists()


def test_a_clip_without_faces_leaves_nothing(run_driver, tmp_path):
    clip = tmp_path / "stage.mp4"
    write_video(clip, np.full([3, 64, 96, 3], 90, np.uint8), fps=10)
    for size in (320, 640):
        arguments = [f"--input={clip}", f"--output={tmp_path}/a.csv", f"--detection_size={size}"]
        result = run_driver("label_emotions", *arguments, "--detector=hog", "--labeller=emopy:03")
        assert result.returncode == 1
        assert "no face was found in" in result.stderr.splitlines()[-1]
        assert list(tmp_path.iterdir()) == [clip]
