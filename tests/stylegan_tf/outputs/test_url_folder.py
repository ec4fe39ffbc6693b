import json

import fsspec
import pytest

from stylegan_tf.errors import InputError
from stylegan_tf.outputs.output_file import OutputFile
from stylegan_tf.outputs.url_folder import UrlFolder, is_url

URL = "memory://bucket/out"


@pytest.fixture
def storage():
    files = fsspec.filesystem("memory")
    yield files
    files.store.clear()
    files.pseudo_dirs[:] = [""]


def make(record, items, overwrite=False, suffixes=(".png", ".npy"), kill_after=None):
    """Makes what is not done; `items`: name → checksum of the input. Returns what was made."""
    folder = UrlFolder(URL, record, overwrite=overwrite)
    made = []
    with folder.opened():
        for name, made_from in items.items():
            expected = [name + suffix for suffix in suffixes]
            if folder.is_done(name, made_from, expected):
                continue
            content = f"{name} from {made_from}".encode()
            folder.place(name, dict.fromkeys(expected, content), made_from)
            made.append(name)
            if name == kill_after:
                raise KeyboardInterrupt
    return made


def names(storage):
    return sorted(path.removeprefix("/bucket/out/") for path in storage.find("/bucket/out"))


def test_what_is_done_is_skipped(storage, make_record):
    assert make(make_record(), {"a": "1", "b/c": "1"}) == ["a", "b/c"]
    assert names(storage) == ["a.npy", "a.png", "b/c.npy", "b/c.png", "record.json"]
    assert make(make_record(), {"a": "2", "b/c": "1", "d": "1"}) == ["a", "d"]
    assert storage.cat("/bucket/out/a.png") == b"a from 2"
    storage.rm("/bucket/out/d.png")
    assert make(make_record(), {"d": "1"}) == ["d"]
    record = json.loads(storage.cat("/bucket/out/record.json"))
    assert set(record["items"]) == {"a", "b/c", "d"}


def test_an_interrupted_run_goes_on(storage, make_record):
    with pytest.raises(KeyboardInterrupt):
        make(make_record(), {"a": "1", "b": "1", "c": "1"}, kill_after="b")
    assert [name for name in names(storage) if name.startswith(".items/")]
    assert make(make_record(), {"a": "1", "b": "1", "c": "1"}) == ["c"]
    assert not [name for name in names(storage) if name.startswith(".items/")]


def test_other_flags_are_refused_and_overwrite_leaves_no_old_items(storage, make_record):
    other = make_record(flags={"fps": 1.0})
    make(make_record(), {"a": "1", "b": "1"})
    storage.pipe("/bucket/out/notes.txt", b"mine")
    with pytest.raises(InputError, match="out was made with another --fps"):
        make(other, {"a": "1"})
    assert make(other, {"a": "1"}, overwrite=True, suffixes=[".png"]) == ["a"]
    assert names(storage) == ["a.png", "notes.txt", "record.json"]


def test_the_users_own_files_stay(storage, make_record):
    storage.pipe("/bucket/out/a.png", b"mine")
    with pytest.raises(InputError, match=r"a.png is there, and no record says"):
        make(make_record(), {"a": "1"}, overwrite=True)
    make(make_record(), {"b": "1"})
    storage.pipe("/bucket/out/b.png", b"b from 9")  # as long as ours
    with pytest.raises(InputError, match=r"b.png is there, and no record says"):
        make(make_record(), {"b": "2"})
    assert storage.cat("/bucket/out/a.png") == b"mine"
    assert storage.cat("/bucket/out/b.png") == b"b from 9"


@pytest.mark.parametrize("content", [b"", b"[1]", b"[" * 10_000, b'{"program": 1}'])
def test_a_hostile_record_is_one_line(storage, make_record, content):
    storage.pipe("/bucket/out/record.json", content)
    with pytest.raises(InputError, match=r"record.json is not"):
        make(make_record(), {"a": "1"}, overwrite=True)


def test_unknown_storage_is_one_line(make_record):
    with pytest.raises(InputError, match=r"--output=nowhere://a cannot be reached: .*nowhere"):
        UrlFolder("nowhere://a", make_record())


def test_results_for_this_machine_refuse_urls(make_record):
    assert is_url(URL)
    assert not is_url("out/a:b")
    with pytest.raises(InputError, match="is a URL; this result needs a folder on this machine"):
        OutputFile("s3://bucket/a.mp4", make_record()).is_done()
