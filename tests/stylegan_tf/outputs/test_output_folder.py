import json

import pytest

from stylegan_tf.errors import InputError
from stylegan_tf.outputs.output_folder import OutputFolder
from stylegan_tf.outputs.record import FileRecord, Item, describe_file, write_record


def make(path, record, items, overwrite=False, suffixes=(".png", ".npy")):
    """Makes what is not done; `items`: name → checksum of the input. Returns what was made."""
    folder = OutputFolder(path, record, overwrite=overwrite)
    made = []
    with folder.opened():
        for name, made_from in items.items():
            if folder.is_done(name, made_from, [name + suffix for suffix in suffixes]):
                continue
            with folder.making(name, made_from) as stage:
                for suffix in suffixes:
                    (stage / (name + suffix)).write_text(f"{name} from {made_from}")
            made.append(name)
    return made


def names(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def test_what_is_done_is_skipped(tmp_path, make_record):
    path = tmp_path / "out"
    assert make(path, make_record(), {"a": "1", "b": "1"}) == ["a", "b"]
    assert names(tmp_path) == [
        "out",
        *(f"out/{n}" for n in ("a.npy", "a.png", "b.npy", "b.png", "record.json")),
    ]
    assert make(path, make_record(), {"a": "1", "b": "1", "c": "1"}) == ["c"]
    (path / "b.npy").unlink()
    assert make(path, make_record(), {"a": "1", "b": "1"}) == ["b"]
    assert set(json.loads((path / "record.json").read_text())["items"]) == {"a", "b", "c"}


def test_input_of_the_same_name_with_other_content_is_not_done(tmp_path, make_record):
    make(tmp_path / "out", make_record(), {"a": "1", "b": "1"})
    assert make(tmp_path / "out", make_record(), {"a": "2", "b": "1"}, suffixes=[".png"]) == ["a"]
    assert (tmp_path / "out" / "a.png").read_text() == "a from 2"
    assert not (tmp_path / "out" / "a.npy").exists()  # the old one would lie beside the new


def test_other_flags_are_refused_and_overwrite_leaves_no_old_items(tmp_path, make_record):
    path, other = tmp_path / "out", make_record(flags={"fps": 1.0})
    make(path, make_record(), {"a": "1", "b": "1"})
    (path / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match=r"out was made with another --fps; give another --outpu"):
        make(path, other, {"a": "1"})
    assert make(path, other, {"a": "1"}, overwrite=True, suffixes=[".png"]) == ["a"]
    assert names(path) == ["a.png", "notes.txt", "record.json"]


def test_interrupted_it_goes_on(tmp_path, make_record):
    folder = OutputFolder(tmp_path / "out", make_record())

    def work():
        with folder.opened():
            for name in "ab":
                with folder.making(name, "1") as stage:
                    (stage / f"{name}.png").write_text("half")
                    if name == "b":
                        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work()
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [
        ".items",
        "a.png",
        "record.json",
    ]
    assert make(tmp_path / "out", make_record(), {"a": "1", "b": "1"}, suffixes=[".png"]) == ["b"]
    assert names(tmp_path / "out") == ["a.png", "b.png", "record.json"]


def test_interrupted_while_overwriting_the_rest_is_not_taken_for_done(tmp_path, make_record):
    make(tmp_path / "out", make_record(), {"a": "1", "b": "1"}, suffixes=[".png"])
    other = make_record(flags={"fps": 1.0})
    folder = OutputFolder(tmp_path / "out", other, overwrite=True)

    def work():
        with folder.opened():
            with folder.making("a", "1") as stage:
                (stage / "a.png").write_text("a from 1")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work()
    assert make(tmp_path / "out", other, {"a": "1", "b": "1"}, suffixes=[".png"]) == ["b"]


@pytest.mark.parametrize("overwrite", [False, True])
def test_files_of_the_user_stay(tmp_path, make_record, overwrite):
    path = tmp_path / "out"
    path.mkdir()
    (path / "a.png").write_text("mine")
    with pytest.raises(InputError, match=r"a.png is there, and no record says"):
        make(path, make_record(), {"a": "1"}, overwrite)
    folder = OutputFolder(path, make_record(), overwrite=overwrite)

    def write():
        with folder.opened(), folder.making("a") as stage:
            (stage / "a.png").write_text("new")

    with pytest.raises(InputError, match=r"a.png is there, and no record"):
        write()
    assert (path / "a.png").read_text() == "mine"
    with pytest.raises(InputError, match=r"a.png is a file; give a folder"):
        make(path / "a.png", make_record(), {})


def test_links_are_not_followed(tmp_path, make_record):
    path = tmp_path / "out"
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "a.png").write_text("a")
    path.mkdir()
    (path / "sub").symlink_to(tmp_path / "precious")
    about = describe_file(tmp_path / "precious" / "a.png")
    identity = make_record().identity
    item = Item("1", identity, {"sub/a.png": about})
    write_record(path / "record.json", make_record(items={"a": item}))
    assert make(path, make_record(), {}, overwrite=True) == []  # would remove a
    assert (tmp_path / "precious" / "a.png").read_text() == "a"
    (path / "b.png").symlink_to(tmp_path / "precious" / "a.png")
    with pytest.raises(InputError, match=r"b.png is there, and no record"):
        make(path, make_record(), {"b": "1"}, overwrite=True)
    with pytest.raises(InputError, match=r"out/sub is in the way"):
        make(path, make_record(), {"sub/x": "1"}, suffixes=[".png"])


def test_records_that_lie(tmp_path, make_record):
    (tmp_path / "precious.txt").write_text("mine")
    identity = make_record().identity
    about = describe_file(tmp_path / "precious.txt")
    for name in ("../precious.txt", str(tmp_path / "precious.txt")):
        path = tmp_path / "out"
        path.mkdir(exist_ok=True)
        item = Item("1", identity, {name: about})
        write_record(path / "record.json", make_record(items={"a": item}))
        with pytest.raises(InputError, match=r"record.json is not a record of a run"):
            make(path, make_record(), {}, overwrite=True)
    (path / "record.json").unlink()
    (path / ".items").mkdir()
    for content in ("{", "[" * 100_000, '{"item": "a"}', '{"item": 3}', "[]"):
        (path / ".items" / "a.json").write_text(content)
        with pytest.raises(InputError, match=r"a.json is not a record of an item; move it away"):
            make(path, make_record(), {"a": "1"}, overwrite=True)
    assert (tmp_path / "precious.txt").read_text() == "mine"


def test_a_changed_file_stays(tmp_path, make_record):
    make(tmp_path / "out", make_record(), {"a": "1", "b": "1"})
    (tmp_path / "out" / "a.png").write_text("edited by hand")
    with pytest.raises(InputError, match=r"a.png was changed after it was made"):
        make(tmp_path / "out", make_record(), {"a": "1"}, overwrite=True)
    assert make(tmp_path / "out", make_record(), {"b": "1"}, overwrite=True) == ["b"]
    assert (tmp_path / "out" / "a.png").read_text() == "edited by hand"


def test_a_wrong_record_name_or_nothing_made(tmp_path, make_record):
    assert make(tmp_path / "out", make_record(), {}) == []
    assert names(tmp_path) == []
    item = Item("1", make_record().identity, {"a": FileRecord(1, "0" * 64)})
    write_record(tmp_path / "out" / "record.json", make_record(items={"a": item}))
    assert make(tmp_path / "out", make_record(), {"a": "1"}, suffixes=[""]) == ["a"]


@pytest.mark.parametrize("kill", ["die()", "module.place = die", "module.write_record = die"])
@pytest.mark.parametrize("old", [False, True])
def test_killed_anywhere_the_rerun_finishes(tmp_path, make_record, run_killed, kill, old):
    path = tmp_path / "out"
    if old:
        make(path, make_record(flags={"fps": 1.0}), {"a": "9", "b": "9", "z": "9"})
    run_killed(f"""
import stylegan_tf.outputs.output_folder as module
from stylegan_tf.outputs.record import Record
record = Record("paint.py", {{"fps": 30.0, "seeds": ["1"]}}, version="1.0")
folder = module.OutputFolder({str(path)!r}, record, overwrite={old})
with folder.opened():
    for name in "ab":
        with folder.making(name, "1") as stage:
            (stage / (name + ".png")).write_text(name + " from 1")
            (stage / (name + ".npy")).write_text(name + " from 1")
            if name == "b":
                {kill}
""")
    made = make(path, make_record(), {"a": "1", "b": "1"})
    assert made == ([] if "write_record" in kill else ["b"])
    found = ["a.npy", "a.png", "b.npy", "b.png", "record.json"]
    assert names(path) == found
    undisturbed = tmp_path / "whole"
    make(undisturbed, make_record(), {"a": "1", "b": "1"})
    for name in found[:-1]:
        assert (path / name).read_bytes() == (undisturbed / name).read_bytes()
    assert not list(tmp_path.glob(".*"))


def test_what_ends_before_the_first_item_leaves_no_folder(tmp_path, make_record):
    folder = OutputFolder(tmp_path / "a" / "out", make_record())
    with pytest.raises(KeyboardInterrupt), folder.opened():
        raise KeyboardInterrupt
    assert names(tmp_path) == []


def test_a_folder_that_was_there_stays(tmp_path, make_record):
    (tmp_path / "a").mkdir()
    with (
        pytest.raises(KeyboardInterrupt),
        OutputFolder(tmp_path / "a" / "o", make_record()).opened(),
    ):
        raise KeyboardInterrupt
    assert names(tmp_path) == ["a"]
