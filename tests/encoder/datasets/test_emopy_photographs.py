import collections

import numpy as np
import pytest

from encoder.datasets.emopy_photographs import find_emopy_photographs, read_emopy_photographs
from encoder.images import read_image, write_image
from stylegan_tf.errors import InputError


def test_all_101_photographs_are_read():
    samples = read_emopy_photographs()
    counts = collections.Counter(sample.expression for sample in samples)
    assert counts == {"calm": 80, "anger": 7, "happiness": 7, "surprise": 6, "disgust": 1}
    assert len({sample.path for sample in samples}) == 101
    first = samples[0]
    assert (first.subject, first.expression, first.frame) == ("S074", "anger", 10)
    assert {sample.frame for sample in samples if sample.expression == "calm"} == {1, 2}
    assert read_image(first.path).shape == (490, 640, 3)
    assert find_emopy_photographs() in first.path.parents


def test_layout_decides_what_a_photograph_shows(tmp_path):
    for name in (
        "sample_image_directory/happiness/S001_002_00000009.png",
        "sample_image_directory/odd/S001_002_00000009.png",
        "sample_image_directory/anger/other.png",
        "sample_image_series_directory/fear/S003_001/S003_001_00000002.png",
        "sample_sad_image3.png",
        "sample_odd_image.png",
    ):
        write_image(tmp_path / name, np.zeros((4, 4, 3), np.uint8))
    read = [(s.subject, s.expression, s.frame) for s in read_emopy_photographs(tmp_path)]
    assert read == [("S001", "happiness", 9), (None, "sadness", None), ("S003", "calm", 2)]


def test_missing_photographs_are_named(tmp_path, monkeypatch):
    with pytest.raises(InputError, match="does not hold EmoPy's photographs: there is no sample_"):
        read_emopy_photographs(tmp_path)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(InputError, match="the package EmoPy is not installed; install it for its"):
        read_emopy_photographs()
