import pytest

from stylegan_tf.errors import InputError
from stylegan_tf.outputs.record import FileRecord, write_record
from stylegan_tf.outputs.whole_folder import WholeFolder


def make(path, record, *files, **options):
    output = WholeFolder(path, record, **options)
    if output.is_done():
        return False
    with output.making() as stage:
        for name in files:
            (stage / name).parent.mkdir(exist_ok=True)
            (stage / name).write_text(name)
        assert not (path / files[0]).exists() or options
    return True


def names(folder):
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def test_made_once_and_replaced_as_a_whole(tmp_path, make_record):
    path = tmp_path / "out"
    assert make(path, make_record(), "fear.npy", "anger.npy", "more/a.txt")
    assert not make(path, make_record(), "fear.npy")
    other = make_record(flags={"seeds": ["2"]})
    with pytest.raises(InputError, match=r"out was made with another --seeds"):
        make(path, other, "fear.npy")
    assert make(path, other, "fear.npy", overwrite=True)
    assert names(tmp_path) == ["out/fear.npy", "out/record.json"]


def test_a_file_that_is_missing_is_made_again(tmp_path, make_record):
    make(tmp_path / "out", make_record(), "a", "b")
    (tmp_path / "out" / "a").unlink()
    assert make(tmp_path / "out", make_record(), "a", "b", overwrite=True)
    assert names(tmp_path) == ["out/a", "out/b", "out/record.json"]


@pytest.mark.parametrize("overwrite", [False, True])
def test_folders_of_the_user_stay(tmp_path, make_record, overwrite):
    path = tmp_path / "photos"
    path.mkdir()
    (path / "me.png").write_text("mine")
    with pytest.raises(InputError, match=r"photos is there, and no record says"):
        make(path, make_record(), "a", overwrite=overwrite)
    make(tmp_path / "out", make_record(), "a")
    (tmp_path / "out" / "notes.txt").write_text("mine")
    assert not make(tmp_path / "out", make_record(), "a")
    with pytest.raises(InputError, match=r"out/notes.txt is there, and no record"):
        make(tmp_path / "out", make_record(), "a", overwrite=True)
    (tmp_path / "file").write_text("mine")
    with pytest.raises(InputError, match=r"file is a file; give a folder"):
        make(tmp_path / "file", make_record(), "a", overwrite=overwrite)
    assert names(tmp_path) == ["file", "out/a", "out/notes.txt", "out/record.json", "photos/me.png"]


def test_records_that_lie(tmp_path, make_record):
    (tmp_path / "precious.txt").write_text("mine")
    (tmp_path / "out").mkdir()
    files = {"../precious.txt": FileRecord(4, "0" * 64)}
    write_record(tmp_path / "out" / "record.json", make_record(files=files))
    with pytest.raises(InputError, match=r"record.json is not a record of a run"):
        make(tmp_path / "out", make_record(), "a", overwrite=True)
    assert (tmp_path / "precious.txt").read_text() == "mine"


@pytest.mark.parametrize("old", [False, True])
@pytest.mark.parametrize(
    "kill", ["die()", "module.write_record = die", "pathlib.Path.rename = die"]
)
def test_killed_anywhere_the_rerun_finishes(tmp_path, make_record, run_killed, kill, old):
    if old:
        make(tmp_path / "out", make_record(flags={"seeds": ["9"]}), "old")
    run_killed(f"""
import pathlib, stylegan_tf.outputs.whole_folder as module
from stylegan_tf.outputs.record import Record
record = Record("paint.py", {{"fps": 30.0, "seeds": ["1"]}}, version="1.0")
with module.WholeFolder({str(tmp_path / "out")!r}, record, overwrite={old}).making() as stage:
    (stage / "a").write_text("half")
    {kill}
""")
    make(tmp_path / "out", make_record(), "a", overwrite=old)
    assert names(tmp_path) == ["out/a", "out/record.json"]
