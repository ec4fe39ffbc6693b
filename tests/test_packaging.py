"""`pip install .` brings along the code, the files that ship and the requirements."""

import email
import pathlib
import re
import subprocess
import sys
import zipfile

import pytest
from packaging.requirements import Requirement

ROOT = pathlib.Path(__file__).parents[1]
PACKAGES = ("stylegan_tf", "encoder", "emotion", "synthesis", "tools")


def _pins(name):
    lines = (ROOT / name).read_text("utf-8").splitlines()
    return {
        _key(requirement.name): requirement
        for requirement in (Requirement(line) for line in lines if line and line[0] != "#")
    }


def _key(name):
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel of a copy of what git would commit, built with the setuptools that is here."""
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for path in ("setup.py", "pyproject.toml", "README.md", "LICENSE", *PACKAGES):
        (source / path).symlink_to(ROOT / path)
    code = (
        "import sys; from setuptools import build_meta; print(build_meta.build_wheel(sys.argv[1]))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(target)],
        cwd=source,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    (path,) = target.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        yield archive


@pytest.fixture(scope="module")
def metadata(wheel):
    (name,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    return email.message_from_bytes(wheel.read(name))


def test_wheel_holds_every_file_of_the_packages(wheel):
    expected = {
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    held = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert held == expected
    assert "stylegan_tf/assets/rendered-faces.pkl.xz" in held
    assert "emotion/assets/directions/rendered-faces/happiness.npy" in held


@pytest.mark.parametrize(
    ("pins", "extra"), [("requirements.txt", ""), ("requirements-docs.txt", "docs")]
)
def test_pins_and_ranges_agree(metadata, pins, extra):
    ranges = {}
    for text in metadata.get_all("Requires-Dist"):
        requirement = Requirement(text)
        if str(requirement.marker or "") == (f'extra == "{extra}"' if extra else ""):
            ranges[_key(requirement.name)] = requirement
    pinned = _pins(pins)
    assert sorted(ranges) == sorted(pinned)
    for name, requirement in pinned.items():
        (pin,) = requirement.specifier
        assert pin.operator == "=="
        assert ranges[name].specifier.contains(pin.version), f"{name}: the range lacks the pin"
