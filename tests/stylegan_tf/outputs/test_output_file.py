import os

import pytest

from stylegan_tf.errors import InputError
from stylegan_tf.outputs.output_file import OutputFile
from stylegan_tf.outputs.record import read_record


def make(path, record, content="video", beside=(), **options):
    output = OutputFile(path, record, beside=beside, **options)
    if output.is_done():
        return False
    output.facts = {"frames": 1}
    with output.making() as stage:
        (stage / output.path.name).write_text(content)
        for name in beside:
            (stage / name).write_text(content)
    return True


def names(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def test_made_once(tmp_path, make_record):
    path = tmp_path / "new" / "a.mp4"
    assert make(path, make_record())
    assert not make(path, make_record())
    assert names(path.parent) == ["a.mp4", "a.mp4.record"]
    record = read_record(path.parent / "a.mp4.record")
    assert list(record.files) == ["a.mp4"]
    assert record.facts == {"frames": 1}
    path.unlink()
    assert make(path, make_record(flags={"fps": 1.0}))  # nothing is there that could be stale


def test_other_flags_are_refused_and_overwrite_removes_what_is_old(tmp_path, make_record):
    path, other = tmp_path / "a.mp4", make_record(flags={"fps": 1.0})
    make(path, make_record(), beside=["a.png", "b.png"])
    with pytest.raises(InputError, match=r"a.mp4 was made with another --fps; give another --outp"):
        make(path, other)
    assert make(path, other, "new", beside=["a.png"], overwrite=True)
    assert names(tmp_path) == ["a.mp4", "a.mp4.record", "a.png"]
    assert path.read_text() == (tmp_path / "a.png").read_text() == "new"
    assert read_record(tmp_path / "a.mp4.record").before == {}


@pytest.mark.parametrize("overwrite", [False, True])
def test_what_is_not_ours_stays(tmp_path, make_record, overwrite):
    def refused(message, name="a.mp4", **options):
        before = {
            n: (tmp_path / n).read_bytes() for n in names(tmp_path) if (tmp_path / n).is_file()
        }
        with pytest.raises(InputError, match=message):
            make(tmp_path / name, make_record(), overwrite=overwrite, **options)
        assert before == {n: (tmp_path / n).read_bytes() for n in before}

    (tmp_path / "a.mp4").write_text("mine")
    refused("a.mp4 is there, and no record says that this program made it")
    (tmp_path / "a.mp4").unlink()
    (tmp_path / "a.json").write_text('{"mine": 1}')
    refused("a.json is not a record of a run", record_path=tmp_path / "a.json")
    (tmp_path / "a.png").write_text("mine")
    refused("a.png is there, and no record", beside=["a.png"])
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "000000.png").write_text("mine")
    refused("photos/000000.png is there, and no record", "photos")
    (tmp_path / "link").symlink_to(tmp_path / "a.png")
    refused("link is there, and no record", "link")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    refused("loop is there, and no record", "loop")


def test_a_changed_result_stays(tmp_path, make_record):
    make(tmp_path / "a.mp4", make_record())
    (tmp_path / "a.mp4").write_text("edited")
    with pytest.raises(InputError, match=r"a.mp4 was changed after it was made"):
        make(tmp_path / "a.mp4", make_record(), overwrite=True)
    assert (tmp_path / "a.mp4").read_text() == "edited"


def test_file_that_comes_while_it_is_made_stays(tmp_path, make_record):
    output = OutputFile(tmp_path / "a.mp4", make_record())

    def work():
        with output.making() as stage:
            (stage / "a.mp4").write_text("new")
            (tmp_path / "a.mp4").write_text("mine")

    with pytest.raises(InputError, match=r"a.mp4 is there, and no record"):
        work()
    assert names(tmp_path) == ["a.mp4"]
    assert (tmp_path / "a.mp4").read_text() == "mine"


def test_record_of_another_result_is_not_taken(tmp_path, make_record):
    make(tmp_path / "a.mp4", make_record(), record_path=tmp_path / "a.json")
    with pytest.raises(InputError, match=r"a.json is the record of a.mp4; give another"):
        make(tmp_path / "a.gif", make_record(), record_path=tmp_path / "a.json", overwrite=True)
    with pytest.raises(InputError, match=r"would be both a result and its record"):
        make(tmp_path / "a.json", make_record(), record_path=tmp_path / "a.json")


def test_a_folder_of_frames_is_replaced_as_one(tmp_path, make_record):
    def frames(count, **options):
        output = OutputFile(tmp_path / "f", make_record(flags={"count": count}), **options)
        with output.making() as stage:
            (stage / "f").mkdir()
            for k in range(count):
                (stage / "f" / f"{k}.png").write_text(str(count))
        assert output.is_done() != bool(options)

    frames(3)
    frames(2, overwrite=True)
    assert names(tmp_path) == ["f", "f.record", "f/0.png", "f/1.png"]
    (tmp_path / "f" / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match=r"f/notes.txt is there, and no record"):
        frames(1, overwrite=True)
    assert (tmp_path / "f" / "notes.txt").exists()


def test_failure_leaves_what_was_there(tmp_path, make_record):
    make(tmp_path / "a.mp4", make_record())
    output = OutputFile(tmp_path / "a.mp4", make_record(), overwrite=True)

    def work():
        with output.making() as stage:
            (stage / "a.mp4").write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work()
    with pytest.raises(InputError, match=r"nothing was written"), output.making():
        pass
    assert names(tmp_path) == ["a.mp4", "a.mp4.record"]
    assert (tmp_path / "a.mp4").read_text() == "video"


PREPARE = """
import pathlib, stylegan_tf.outputs.output_file as module
from stylegan_tf.outputs.record import Record
record = Record("paint.py", {{"fps": {fps}, "seeds": ["1"]}}, version="1.0")
output = module.OutputFile({path!r}, record, overwrite={overwrite})
"""
MAKE = """
with output.making() as stage:
    (stage / output.path.name).write_text("new")
    {at}
"""


@pytest.mark.parametrize(
    "kill",
    ["die()", "module.place = die", "module.remove_owned = die", "module.write_record = die"],
)
@pytest.mark.parametrize("overwrite", [False, True])
def test_killed_anywhere_the_rerun_finishes(tmp_path, make_record, run_killed, kill, overwrite):
    path = tmp_path / "a.mp4"
    if overwrite:
        make(path, make_record(flags={"fps": 1.0}), "old", beside=["old.png"])
    text = PREPARE.format(path=str(path), fps=30.0, overwrite=overwrite)
    run_killed(text + MAKE.format(at=kill))
    assert any(".tmp" in name for name in names(tmp_path))
    make(path, make_record(), "new", overwrite=overwrite)
    assert names(tmp_path) == ["a.mp4", "a.mp4.record"]
    assert path.read_text() == "new"
    assert not make(path, make_record())


@pytest.mark.parametrize("name", ["", ".", "..", "/"])
def test_no_file_name(name, make_record):
    with pytest.raises(InputError, match=r"names no file"):
        OutputFile(name, make_record())


def test_names_with_anything_in_them(tmp_path, make_record):
    for name in ("-a b\n.png", os.fsdecode(b"\xff.png"), "ä" * 100 + ".png"):
        assert make(tmp_path / name, make_record())
        assert not make(tmp_path / name, make_record())


def test_a_folder_that_takes_no_files_is_refused_at_once(make_record):
    # /proc says that root may write to it.
    output = OutputFile("/proc/none/a.csv", make_record())
    with pytest.raises(InputError, match=r"cannot be written: /proc (takes no|is not yours)"):
        output.is_done()
