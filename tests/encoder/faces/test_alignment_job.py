import pathlib

import numpy as np
import pytest

from encoder.faces.alignment_job import AlignmentJob, NoFaceError, align_picture
from encoder.faces.landmarks import detect_faces
from encoder.images import read_image, write_image
from encoder.picture_sets import find_pictures
from stylegan_tf.errors import InputError
from stylegan_tf.outputs.output_folder import OutputFolder
from stylegan_tf.outputs.record import Record
from stylegan_tf.runners.local_runner import LocalRunner

FACE = pathlib.Path(__file__).parents[2] / "data" / "encoder" / "rendered_face.png"
FAST = {"detector": "hog", "detection_size": 256, "size": 128}


@pytest.fixture
def folder(tmp_path):
    """one.png with a face, two.png with two, none.png without; broken.png is no picture."""
    face = read_image(FACE)
    write_image(tmp_path / "in" / "one.png", face)
    write_image(tmp_path / "in" / "two.png", np.concatenate([face, face[:, ::-1]], 1))
    write_image(tmp_path / "in" / "none.png", np.full((64, 64, 3), 99, np.uint8))
    (tmp_path / "in" / "broken.png").write_text("<html>")
    return tmp_path


def test_aligned_eyes_are_level_and_in_place():
    (aligned,) = align_picture(FACE, **{**FAST, "size": 256})
    (face,) = detect_faces(aligned, "hog", 256)
    left, right = face.landmarks[36:42].mean(0), face.landmarks[42:48].mean(0)
    assert abs(left[1] - right[1]) < 6
    assert abs((left + right)[0] / 2 - 128) < 6
    assert 108 < (left + right)[1] / 2 < 128


def test_largest_and_all_faces(folder):
    assert len(align_picture(folder / "in" / "two.png", **{**FAST, "detection_size": 512})) == 1
    every = align_picture(folder / "in" / "two.png", faces="all", **{**FAST, "detection_size": 512})
    assert [image.shape for image in every] == [(128, 128, 3)] * 2
    with pytest.raises(NoFaceError, match=r"none\.png: the hog detector finds no face at 256"):
        align_picture(folder / "in" / "none.png", **FAST)
    with pytest.raises(InputError, match="unknown choice of faces 'first'"):
        align_picture(FACE, faces="first")


@pytest.mark.parametrize(("faces", "workers"), [("largest", 1), ("all", 2)])
def test_a_job_passes_over_failures_and_keeps_what_is_there(folder, faces, workers):
    pictures = find_pictures([folder / "in"])
    options = {**FAST, "detection_size": 512}

    def job(**kwargs):
        record = Record("test.py", {"faces": faces}, version="1")
        output = OutputFolder(folder / "out", record, **kwargs)
        return output, AlignmentJob(pictures, output, faces=faces)

    (output, first), seen = job(), []
    with output.opened():
        written = first.run(lambda: seen.append(1), LocalRunner(workers), **options)
    assert written == (2 if faces == "largest" else 3)
    assert len(seen) == 4
    assert len(first.failed) == 2
    expected = ["one.png", "two.png"]
    if faces == "all":
        expected = ["one_00.png", "two_00.png", "two_01.png"]
    assert sorted(p.name for p in (folder / "out").glob("*.png")) == expected
    assert [p.name for p in job()[1].pending] == ["broken", "none"]
    assert len(job(overwrite=True)[1].pending) == 4
    write_image(folder / "in" / "one.png", np.full((64, 64, 3), 99, np.uint8))
    assert [p.name for p in job()[1].pending] == ["broken", "none", "one"]
