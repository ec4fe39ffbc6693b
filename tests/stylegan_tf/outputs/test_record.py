import dataclasses
import json

import pytest

from stylegan_tf.errors import InputError
from stylegan_tf.outputs.record import (
    FileRecord,
    Item,
    describe_file,
    describe_inputs,
    read_record,
    write_record,
)

SUM = "0" * 64


def test_written_and_read_back(tmp_path, make_record):
    (tmp_path / "a.npy").write_bytes(b"123")
    about = describe_file(tmp_path / "a.npy")
    assert about.bytes == 3
    item = Item(SUM, SUM, {"a.npy": about}, {"old.npy": about})
    record = make_record(
        network={"name": "n", "sha256": SUM},
        inputs={"input": describe_inputs([tmp_path / "a.npy"])},
        files={"a.npy": about},
        items={"ä\udcff": item},
        facts={"frames": 3},
    )
    write_record(tmp_path / "record.json", record)
    again = read_record(tmp_path / "record.json")
    assert again == record
    assert again.identity == record.identity
    assert json.loads((tmp_path / "record.json").read_text())["frames"] == 3


def test_difference_names_what_differs(make_record):
    record = make_record(inputs={"photo": [["a", SUM]]}, network={"name": "n", "sha256": SUM})
    other = "1" * 64
    for changed, words in [
        ({}, None),
        ({"program": "mix.py"}, "by paint.py"),
        ({"flags": {"fps": 25.0}}, "with another --fps"),
        ({"flags": {"new": 1}}, "with another --new"),
        ({"inputs": {"photo": [["a", other]]}}, "with another --photo (the file's content counts)"),
        ({"inputs": {}}, "with another --photo"),
        ({"network": {"name": "n", "sha256": other}}, "with another --network"),
        ({"network": {"name": "m", "sha256": SUM}}, None),
        ({"version": "2.0"}, "by version 1.0 of this package, which is 2.0 now"),
        ({"facts": {"frames": 5}}, None),
    ]:
        flags = {**record.flags, **changed.pop("flags", {})}
        difference = record.difference(dataclasses.replace(record, flags=flags, **changed))
        assert (difference or "").startswith(words or ""), words
        assert (difference is None) == (words is None)


def test_flag_of_an_input_counts_by_content(make_record):
    first = make_record(flags={"input": "x/a.csv"}, inputs={"input": [["a.csv", SUM]]})
    second = make_record(flags={"input": "y/a.csv"}, inputs={"input": [["a.csv", SUM]]})
    assert first.difference(second) is None
    assert first.identity == second.identity


@pytest.mark.parametrize(
    "name",
    ["../precious.txt", "/etc/passwd", "a/../../b", "", ".", "a//b", "./a", "a/", "a\0b", ".."],
)
def test_names_outside_are_no_record(tmp_path, make_record, name):
    record = make_record(files={name: FileRecord(1, SUM)})
    write_record(tmp_path / "record.json", record)
    with pytest.raises(InputError, match=r"record.json is not a record of a run; move it away"):
        read_record(tmp_path / "record.json")
    item = Item(SUM, SUM, {name: FileRecord(1, SUM)})
    write_record(tmp_path / "record.json", make_record(items={"a": item}))
    with pytest.raises(InputError, match=r"is not a record of a run"):
        read_record(tmp_path / "record.json")


@pytest.mark.parametrize(
    "change",
    [
        {"files": {"a": {"bytes": -1, "sha256": SUM}}},
        {"files": {"a": {"bytes": True, "sha256": SUM}}},
        {"files": {"a": {"bytes": 1, "sha256": "x"}}},
        {"files": {"a": [1]}},
        {"files": []},
        {"program": 3},
        {"flags": None},
        {"inputs": {"photo": [["a"]]}},
        {"inputs": {"photo": 3}},
        {"network": {"name": "n"}},
        {"items": {"a": {"files": {}}}},
    ],
)
def test_wrong_types_are_no_record(tmp_path, make_record, change):
    write_record(tmp_path / "r.json", make_record())
    value = json.loads((tmp_path / "r.json").read_text())
    (tmp_path / "r.json").write_text(json.dumps(value | change))
    with pytest.raises(InputError, match=r"r.json is not a record of a run; move it away"):
        read_record(tmp_path / "r.json")


def test_inputs_that_are_no_files(tmp_path):
    with pytest.raises(InputError, match=r"none does not exist"):
        describe_inputs([tmp_path / "none"])
    with pytest.raises(InputError, match=r"/dev/zero is neither a file nor a folder"):
        describe_inputs(["/dev/zero"])
