"""What docs/architecture.md prints is what its commands print."""

import pathlib
import re
import subprocess

import pytest

ROOT = pathlib.Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "architecture.md").read_text("utf-8")


def _lookups():
    (block,) = re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL)
    return [part.split("\n", 1) for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]]


@pytest.mark.parametrize(("command", "printed"), _lookups(), ids=lambda text: text[:28])
def test_section_is_found(command, printed):
    run = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, text=True, check=True)
    assert sorted(run.stdout.splitlines()) == printed.splitlines(), (
        "docs/architecture.md is out of date; sort what the command prints and paste it there"
    )


def test_ten_things_are_looked_up():
    assert len(_lookups()) == 10


@pytest.mark.parametrize(
    "page",
    [*sorted(ROOT.glob("docs/*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md"],
    ids=lambda path: path.name,
)
def test_files_that_a_page_names_are_there(page):
    tops = "stylegan_tf|encoder|emotion|synthesis|tools|tests|docs|examples"
    named = set(re.findall(rf"\b(?:{tops})/[a-z0-9_/]+\.[a-z]+\b", page.read_text("utf-8")))
    assert sorted(path for path in named if not (ROOT / path).exists()) == []


def test_rooms_are_folders():
    (table,) = re.findall(r"\| Room \|.*?\n\n", PAGE, re.DOTALL)
    rooms = re.findall(r"^\| `([a-z_/]+)/` \|", table, re.MULTILINE)
    packages = ("stylegan_tf", "encoder", "emotion", "synthesis")
    folders = [
        path.parent for package in packages for path in (ROOT / package).rglob("__init__.py")
    ]
    missing = {str(folder.relative_to(ROOT)) for folder in folders} - set(rooms)
    assert not missing, "the table of rooms lacks them"
    assert [room for room in rooms if not (ROOT / room).is_dir()] == []
