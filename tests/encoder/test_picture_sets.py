import pytest

from encoder.picture_sets import find_pictures, write_labels
from stylegan_tf.errors import InputError


def _make(root, *names):
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()


def test_finds_files_and_folders_once_each(tmp_path):
    _make(tmp_path, "in/a.png", "in/b.jpg", "in/deeper/c.png", "d.png")
    pictures = find_pictures([tmp_path / "in", tmp_path / "d.png", tmp_path / "in" / "a.png"])
    assert [p.name for p in pictures] == ["a", "b", "d"]
    assert pictures[2].path == tmp_path / "d.png"


def test_names_and_labels_of_a_data_set(tmp_path):
    _make(tmp_path, "s001/happiness.png", "s001/calm.png", "s002/happiness.png", "s002/x.png")
    pictures = find_pictures([tmp_path], "folder")
    assert [p.name for p in pictures] == ["s001_calm", "s001_happiness", "s002_happiness", "s002_x"]
    assert write_labels(tmp_path / "labels.csv", pictures) == 3
    assert (tmp_path / "labels.csv").read_text().splitlines() == [
        "name,subject,emotion,frame",
        "s001_calm,s001,calm,",
        "s001_happiness,s001,happiness,",
        "s002_happiness,s002,happiness,",
    ]
    assert write_labels(tmp_path / "none.csv", pictures[3:]) == 0
    assert not (tmp_path / "none.csv").exists()


def test_refuses_what_is_not_there(tmp_path):
    _make(tmp_path, "a/face.png", "b/face.jpg", "notes.txt")
    with pytest.raises(InputError, match=r"a/face\.png and .*b/face\.jpg would share"):
        find_pictures([tmp_path / "a", tmp_path / "b"])
    with pytest.raises(InputError, match=r"there is no picture or folder .*nowhere"):
        find_pictures([tmp_path / "nowhere"])
    with pytest.raises(InputError, match=r"notes\.txt does not end in one of \.bmp"):
        find_pictures([tmp_path / "notes.txt"])
