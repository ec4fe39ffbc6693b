import os
import subprocess

import pytest

from stylegan_tf.files.whole_files import sweep, write_atomically


def test_file_appears_at_the_end(tmp_path):
    path = tmp_path / "new" / "latent.npy"
    with write_atomically(path) as temporary:
        temporary.write_bytes(b"whole")
        assert temporary.suffix == ".npy"
        assert not path.exists()
    assert path.read_bytes() == b"whole"
    assert os.listdir(path.parent) == ["latent.npy"]


@pytest.mark.parametrize("error", [OSError("disk full"), KeyboardInterrupt()])
def test_failure_leaves_what_was_there(tmp_path, error):
    path = tmp_path / "video.mp4"
    path.write_bytes(b"before")

    def write_half():
        with write_atomically(path) as temporary:
            temporary.write_bytes(b"half")
            raise error

    with pytest.raises(type(error)):
        write_half()
    assert path.read_bytes() == b"before"
    assert os.listdir(tmp_path) == ["video.mp4"]


def test_litter_of_the_dead_is_swept_and_nothing_else(tmp_path):
    dead = subprocess.Popen(["true"])
    dead.wait()
    path = tmp_path / "a.mp4"
    (tmp_path / f".a.{dead.pid}-01234567.tmp.mp4").write_text("litter")
    (tmp_path / f".a.{dead.pid}-01234567.tmp").mkdir()
    (tmp_path / f".a.{dead.pid}-01234567.tmp" / "half.png").write_text("litter")
    stay = {f".a.{os.getpid()}-01234567.tmp.mp4", f".ab.{dead.pid}-01234567.tmp", ".a.tmp", "a.mp4"}
    for name in stay:
        (tmp_path / name).write_text("mine")
    (tmp_path / f".a.{dead.pid}-0123abcd.tmp").symlink_to(tmp_path / "a.mp4")
    sweep(path)
    assert set(os.listdir(tmp_path)) == stay | {f".a.{dead.pid}-0123abcd.tmp"}
    sweep(tmp_path / "none" / "a.mp4")


def test_very_long_names(tmp_path):
    path = tmp_path / ("ä" * 120 + ".png")
    with write_atomically(path) as temporary:
        temporary.write_text("whole")
    assert os.listdir(tmp_path) == [path.name]
