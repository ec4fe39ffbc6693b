import pathlib

import numpy as np
import pytest
from PIL import Image

from stylegan_tf.errors import InputError
from synthesis.baselines.clip_sets import (
    class_names,
    read_clip_folder,
    read_mug_clips,
    read_ucf101,
)


def write_frames(folder: pathlib.Path, names):
    folder.mkdir(parents=True)
    for name in names:
        Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(folder / name)


def test_mug_takes(tmp_path):
    for subject, expression in (("001", "fear"), ("001", "neutral"), ("002/session1", "anger")):
        names = [f"img_{number:04d}.jpg" for number in (0, 1, 10)]
        write_frames(tmp_path / "subjects3" / subject / expression / "take000", names)
    clips = read_mug_clips(tmp_path)
    assert [clip.label for clip in clips] == ["fear", "calm", "anger"]
    assert clips[0].name == "001/fear/take000"
    assert clips[0].frames[-1].name == "img_0010.jpg"
    assert class_names(clips) == ["calm", "anger", "fear"]  # the thesis' order


def test_folder_of_labelled_clips(tmp_path):
    write_frames(tmp_path / "wave" / "one", ["b.png", "a.png"])
    (tmp_path / "bow").mkdir()
    (tmp_path / "bow" / "two.mp4").touch()
    (tmp_path / "bow" / "notes.txt").touch()
    clips = read_clip_folder(tmp_path)
    assert [(clip.name, clip.label) for clip in clips] == [
        ("bow/two.mp4", "bow"),
        ("wave/one", "wave"),
    ]
    assert [path.name for path in clips[1].frames] == ["a.png", "b.png"]
    assert class_names(clips) == ["bow", "wave"]


def test_folder_of_clips_without_labels(tmp_path):
    write_frames(tmp_path / "one", ["a.png"])
    (tmp_path / "two.avi").touch()
    clips = read_clip_folder(tmp_path)
    assert {clip.label for clip in clips} == {None}
    assert len(clips) == 2
    assert class_names(clips) == []


def test_folders_that_are_refused(tmp_path):
    with pytest.raises(InputError, match="there is no folder"):
        read_clip_folder(tmp_path / "none")
    with pytest.raises(InputError, match="holds no clips"):
        read_clip_folder(tmp_path)
    (tmp_path / "a.mp4").touch()
    (tmp_path / "label").mkdir()
    (tmp_path / "label" / "b.mp4").touch()
    with pytest.raises(InputError, match=r"with a label .label/b\.mp4. and without .a\.mp4."):
        read_clip_folder(tmp_path)


@pytest.fixture
def ucf101(tmp_path):
    for action in ("Archery", "Biking"):
        folder = tmp_path / "UCF-101" / action
        folder.mkdir(parents=True)
        for scene in (1, 2):
            (folder / f"v_{action}_g01_c0{scene}.avi").touch()
    return tmp_path


def test_ucf101(ucf101, tmp_path):
    assert [clip.label for clip in read_ucf101(ucf101)] == ["Archery"] * 2 + ["Biking"] * 2
    split = tmp_path / "trainlist01.txt"
    split.write_text("Biking/v_Biking_g01_c02.avi 2\n\n")
    clips = read_ucf101(ucf101, split)
    assert [clip.name for clip in clips] == ["Biking/v_Biking_g01_c02.avi"]


def test_ucf101_that_is_refused(ucf101, tmp_path):
    split = tmp_path / "list.txt"
    with pytest.raises(InputError, match="there is no list"):
        read_ucf101(ucf101, split)
    split.write_text("Archery/missing.avi 1\n")
    with pytest.raises(InputError, match=r"lists Archery/missing.avi, which .* does not hold"):
        read_ucf101(ucf101, split)
    split.write_text("")
    with pytest.raises(InputError, match="is empty"):
        read_ucf101(ucf101, split)
