import pathlib

import numpy as np

from encoder.images import read_image, write_image

FACE = pathlib.Path(__file__).parents[1] / "data" / "encoder" / "rendered_face.png"
FAST = ("--detector=hog", "--detection_size=256", "--size=64")


def test_aligns_a_folder_and_keeps_what_is_there(tmp_path, run_driver):
    face, output = read_image(FACE), tmp_path / "out"
    write_image(tmp_path / "s001" / "happiness.png", face)
    write_image(tmp_path / "s001" / "calm.jpg", face)
    write_image(tmp_path / "s002" / "calm.png", np.full((80, 80, 3), 7, np.uint8))
    flags = (f"--input={tmp_path}", f"--output={output}", "--dataset=folder", *FAST)
    result = run_driver("align_faces", *flags)
    assert result.returncode == 0, result.stderr
    assert "s002/calm.png: the hog detector finds no face at 256 pixels" in result.stderr
    assert "2 faces written to" in result.stderr
    names = ["labels.csv", "record.json", "s001_calm.png", "s001_happiness.png"]
    assert sorted(path.name for path in output.iterdir()) == names
    assert read_image(output / "s001_happiness.png").shape == (64, 64, 3)
    assert "s001_happiness,s001,happiness," in (output / "labels.csv").read_text()


def test_says_what_is_wrong(tmp_path, run_driver):
    write_image(tmp_path / "grey.png", np.full((80, 80, 3), 7, np.uint8))
    (tmp_path / "empty").mkdir()
    output = f"--output={tmp_path / 'out'}"
    for flags, message in [
        ([f"--input={tmp_path / 'grey.png'}", *FAST], "nothing was aligned: "),
        ([f"--input={tmp_path / 'empty'}"], "empty holds no pictures"),
        ([f"--input={tmp_path / 'missing.jpg'}"], "there is no picture or folder"),
        ([f"--input={FACE}", "--size=abc"], "flag --size=abc"),
        (
            [f"--input={tmp_path}", "--dataset=folder", "--faces=all"],
            "--dataset labels the largest face; leave out --faces=all",
        ),
    ]:
        result = run_driver("align_faces", output, *flags)
        assert result.returncode == 1
        assert message in result.stderr.splitlines()[-1]
        assert not (tmp_path / "out").exists()
