import importlib.util
import sys

import pytest

from encoder.faces import dlib_models


def test_finds_the_files_without_importing_their_package():
    assert dlib_models.model_path("mmod_human_face_detector.dat").stat().st_size == 729_940
    assert "face_recognition_models" not in sys.modules


def test_names_a_missing_file():
    with pytest.raises(dlib_models.MissingModelError, match=r"nothing\.dat is missing; install it"):
        dlib_models.model_path("nothing.dat")


def test_names_a_missing_package(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(dlib_models.MissingModelError, match="the package face_recognition_models"):
        dlib_models.model_path("mmod_human_face_detector.dat")
