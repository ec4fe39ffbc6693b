import os

import pytest

from stylegan_tf.files import write_atomically


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
