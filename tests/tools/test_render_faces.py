from PIL import Image


def test_renders_a_labelled_folder_and_keeps_what_is_there(run_driver, tmp_path):
    flags = [f"--output={tmp_path / 'faces'}", "--subjects=1", "--size=64"]
    result = run_driver("render_faces", *flags)
    assert result.returncode == 0, result.stderr
    pictures = sorted((tmp_path / "faces").rglob("*.png"))
    assert [path.stem for path in pictures] == [
        *("anger", "calm", "disgust", "fear", "happiness", "sadness", "surprise")
    ]
    with Image.open(pictures[0]) as picture:
        assert picture.size == (64, 64)
    before = {path: path.stat().st_mtime_ns for path in pictures}
    assert run_driver("render_faces", *flags).returncode == 0
    assert {path: path.stat().st_mtime_ns for path in pictures} == before


def test_a_file_in_the_way_is_one_line(run_driver, tmp_path):
    (tmp_path / "faces").write_text("mine")
    result = run_driver("render_faces", f"--output={tmp_path / 'faces'}")
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert "faces is a file; give a folder" in result.stderr
    assert (tmp_path / "faces").read_text() == "mine"
