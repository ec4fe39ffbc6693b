import pandas as pd
import pytest
from PIL import Image

from encoder.clips.extraction import extract_faces, read_face_table
from encoder.clips.face_search import FaceSearch
from stylegan_tf.errors import InputError

FRAMES = [0, 1, 2, 5, 6, 7, 8, 9, 10, 11]


def test_extracts(square_clip, detect_squares, tmp_path):
    detect_squares()
    count = extract_faces(square_clip, tmp_path, FaceSearch(), size=256)
    assert count == 10
    table = read_face_table(tmp_path)
    assert table["frame"].tolist() == FRAMES
    assert table["file"].tolist()[:2] == ["000000.png", "000001.png"]
    assert table["seconds"].tolist()[3] == pytest.approx(0.5)
    assert set(table["person"]) == {0}
    with Image.open(tmp_path / "000000.png") as picture:
        assert picture.size == (256, 256)
        assert picture.mode == "RGB"
    assert not list(tmp_path.glob(".*"))


def test_goes_on_where_it_stopped(square_clip, detect_squares, tmp_path):
    detect_squares()
    extract_faces(square_clip, tmp_path / "once", FaceSearch(), size=64)
    detect_squares(fail_at=7)
    with pytest.raises(KeyboardInterrupt):
        extract_faces(square_clip, tmp_path / "twice", FaceSearch(), size=64)
    assert not (tmp_path / "twice" / "faces.csv").exists()
    # What a power cut leaves of a line is dropped.
    with open(tmp_path / "twice" / ".faces.jsonl", "a") as file:
        file.write('{"frame": 7, "bo')
    second = detect_squares()
    steps = []
    extract_faces(square_clip, tmp_path / "twice", FaceSearch(), 64, lambda: steps.append(1))
    assert second.calls == 5
    assert len(steps) == 12
    pd.testing.assert_frame_equal(
        read_face_table(tmp_path / "once"), read_face_table(tmp_path / "twice")
    )


def test_other_settings_are_refused(square_clip, detect_squares, tmp_path):
    detect_squares(fail_at=3)
    with pytest.raises(KeyboardInterrupt):
        extract_faces(square_clip, tmp_path, FaceSearch(), size=64)
    with pytest.raises(InputError, match="beginning of a run with another clip or other settings"):
        extract_faces(square_clip, tmp_path, FaceSearch(), size=32)


def test_everyone(square_clip, detect_squares, tmp_path):
    detect_squares()
    search = FaceSearch(person="all", fps=5)
    assert extract_faces(square_clip, tmp_path, search, size=32) == 5
    assert (tmp_path / "000002_0000.png").exists()


def test_not_a_face_folder(tmp_path):
    with pytest.raises(InputError, match=r"has no faces\.csv: make it with tools/extract_faces"):
        read_face_table(tmp_path)
    (tmp_path / "faces.csv").write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match="line 1: there is no column frame; its columns are a, b"):
        read_face_table(tmp_path)
