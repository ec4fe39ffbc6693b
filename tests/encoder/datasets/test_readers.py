"""Every reader on a miniature of its data set's real layout, oddities included."""

import json
import pathlib

import numpy as np
import pytest
from absl import logging

from encoder.datasets.celeba import read_celeba_attributes
from encoder.datasets.face_sample import EXPRESSIONS, FaceSample
from encoder.datasets.ffhq import read_ffhq, read_ffhq_records
from encoder.datasets.readers import READERS, read_dataset
from stylegan_tf.errors import InputError


def _make(root, *names):
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()


def _rows(samples, root):
    return [(str(s.path.relative_to(root)), s.subject, s.expression, s.frame) for s in samples]


@pytest.fixture
def warnings(monkeypatch):
    messages = []
    monkeypatch.setattr(logging, "warning", lambda text, *args: messages.append(text % args))
    return messages


def test_folder(tmp_path, warnings):
    _make(
        tmp_path,
        "portrait.jpg",
        "s001/happiness.png",
        "s001/neutral.PNG",
        "s002/fear/0012.png",
        "anger/img7.bmp",
        "s001/notes.txt",
        ".cache/x.png",
    )
    assert _rows(read_dataset("folder", tmp_path), tmp_path) == [
        ("anger/img7.bmp", None, "anger", 7),
        ("portrait.jpg", None, None, None),
        ("s001/happiness.png", "s001", "happiness", None),
        ("s001/neutral.PNG", "s001", "calm", None),
        ("s002/fear/0012.png", "s002", "fear", 12),
    ]
    assert warnings == []


def test_impa_face3d(tmp_path, warnings):
    order = ["calm", "happiness", "sadness", "surprise", "anger", "disgust", "fear", None, None]
    for subject in ("s001", "s019", "s021"):  # s020 is often missing
        _make(tmp_path, *(f"{subject}/tif/{subject}-{i:02d}_img.tif" for i in range(9)))
    _make(tmp_path, "s001/wrl/s001-00.wrl", "s002/tif/s002-12_img.bmp", "s002/tif/s001-01_img.tif")
    samples = read_dataset("impa-face3d", tmp_path)
    assert len(samples) == 28
    assert [s.expression for s in samples[:9]] == order
    assert [s.frame for s in samples[:9]] == list(range(9))
    assert {s.subject for s in samples} == {"s001", "s002", "s019", "s021"}
    (message,) = warnings
    assert "s002/tif/s001-01_img.tif is named after another subject; s002 lacks calm," in message


def test_mug(tmp_path, warnings):
    root = tmp_path / "subjects3"
    _make(
        root,
        "074/surprise/take001/img_0000.jpg",
        "074/surprise/take001/img_0001.jpg",
        "074/neutral/take000end/img_0003.jpg",
        "074/surprise/take001/Thumbs.db",
        "002/session0/anger/take001nsg/img_0000.jpg",
        "002/session1/anger/take001/img_0000.jpg",
        "075/mixed/take000/img_0000.jpg",
        "readme/a.txt",
    )
    (root / "075" / "fear").mkdir()
    expected = [
        ("002/session0/anger/take001nsg/img_0000.jpg", "002", "anger", 0),
        ("002/session1/anger/take001/img_0000.jpg", "002", "anger", 0),
        ("074/neutral/take000end/img_0003.jpg", "074", "calm", 3),
        ("074/surprise/take001/img_0000.jpg", "074", "surprise", 0),
        ("074/surprise/take001/img_0001.jpg", "074", "surprise", 1),
    ]
    assert _rows(read_dataset("mug", root), root) == expected
    assert _rows(read_dataset("mug", tmp_path), root) == expected
    assert warnings[0].endswith("075/fear holds no frames; 075/mixed is no expression")


def test_celeba(tmp_path):
    _make(tmp_path, "img_align_celeba/000002.jpg", "img_align_celeba/000001.jpg")
    (tmp_path / "list_attr_celeba.txt").write_bytes(
        b"2\r\n5_o_Clock_Shadow Smiling \r\n000001.jpg -1  1\r\n000002.jpg  1 -1\r\n"
    )
    assert [s.frame for s in read_dataset("celeba", tmp_path)] == [1, 2]
    attributes = read_celeba_attributes(tmp_path)
    assert attributes["Smiling"].to_dict() == {"000001.jpg": True, "000002.jpg": False}
    assert list(attributes.columns) == ["5_o_Clock_Shadow", "Smiling"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<html>", "does not start with the number of pictures"),
        ("1\nA B\n1.jpg 1\n", "line 3: not a file name and 2 times ±1"),
        ("1\nA B\n1.jpg 1 0\n", "line 3: not a file name and 2 times ±1"),
        ("3\nA\n1.jpg 1\n", "says 3 pictures and has 1"),
    ],
)
def test_celeba_names_what_is_wrong(tmp_path, text, message):
    with pytest.raises(InputError, match=r"has no list_attr_celeba\.txt"):
        read_celeba_attributes(tmp_path)
    (tmp_path / "list_attr_celeba.txt").write_text(text)
    with pytest.raises(InputError, match=message):
        read_celeba_attributes(tmp_path)


def test_ffhq(tmp_path, warnings):
    pictures = ["00000/00000.png", "00000/00999.png", "59000/59999.png", "60000/60000.png"]
    _make(tmp_path, *(f"images1024x1024/{name}" for name in (*pictures, "00000/copy.png")))
    assert [s.frame for s in read_dataset("ffhq", tmp_path)] == [0, 999, 59999, 60000]
    assert [s.frame for s in read_ffhq(tmp_path, "training")] == [0, 999, 59999]
    assert [s.frame for s in read_ffhq(tmp_path, "validation")] == [60000]
    assert "00000/copy.png is not a number of five digits" in warnings[0]
    with pytest.raises(InputError, match="unknown split 'test'; choose one of all, training"):
        read_ffhq(tmp_path, "test")


def test_ffhq_records(tmp_path):
    with pytest.raises(InputError, match=r"has no ffhq-dataset-v2\.json"):
        read_ffhq_records(tmp_path)
    landmarks = np.arange(136).reshape(68, 2).tolist()
    image = {"file_path": "images1024x1024/00000/00007.png", "face_landmarks": landmarks}
    item = {"image": image, "in_the_wild": {"face_quad": [1, 2, 3, 4, 5, 6, 7, 8]}}
    (tmp_path / "ffhq-dataset-v2.json").write_text(json.dumps({"7": item}))
    record = read_ffhq_records(tmp_path)[7]
    assert record.path.endswith("00007.png")
    assert record.landmarks[67].tolist() == [134, 135]
    assert record.face_quad.tolist() == [[1, 2], [3, 4], [5, 6], [7, 8]]
    (tmp_path / "ffhq-dataset-v2.json").write_text(json.dumps({"7": {"image": {}}}))
    with pytest.raises(InputError, match=r"does not have the form .* KeyError"):
        read_ffhq_records(tmp_path)


@pytest.mark.parametrize("kind", READERS)
def test_names_a_missing_or_wrong_folder(tmp_path, kind):
    with pytest.raises(InputError, match=r"there is no folder .*nowhere to read"):
        read_dataset(kind, tmp_path / "nowhere")
    with pytest.raises(InputError, match=rf"{tmp_path} does not hold .*: there is no "):
        read_dataset(kind, tmp_path)


def test_refuses_an_unknown_kind(tmp_path):
    with pytest.raises(InputError, match="unknown data set 'lfw'; choose one of folder, ffhq"):
        read_dataset("lfw", tmp_path)


def test_sample_names_are_unique_below_a_root():
    sample = FaceSample(pathlib.Path("/data/mug/074/anger/take001/img_0000.jpg"))
    assert sample.name("/data/mug") == "074_anger_take001_img_0000"


def test_expressions_are_the_thesis_order():
    from emotion.emotion import Emotion

    assert tuple(emotion.label for emotion in Emotion) == EXPRESSIONS
