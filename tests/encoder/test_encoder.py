import subprocess
import sys

import pytest

import encoder


def test_import_is_light():
    code = "import encoder, sys; print('tensorflow' in sys.modules, 'dlib' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "False"]


@pytest.mark.parametrize("name", encoder.__all__)
def test_hands_on_every_public_name(name):
    assert getattr(encoder, name).__name__ == name


def test_names_an_unknown_attribute():
    with pytest.raises(AttributeError, match="no attribute 'detect_cats'"):
        encoder.detect_cats  # noqa: B018
