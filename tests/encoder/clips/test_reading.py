import numpy as np
import pytest
from PIL import Image

from encoder.clips.decoding import open_clip
from encoder.clips.reading import read_frames
from stylegan_tf.errors import InputError
from synthesis.video.writing import write_video


@pytest.fixture
def frames():
    return [np.full((32, 48, 3), [40 * k, 100, 200], np.uint8) for k in range(5)]


def test_frames_of_a_video_come_in_order(tmp_path, frames):
    write_video(tmp_path / "a.mp4", frames, fps=19, crf=1)
    read = list(read_frames(tmp_path / "a.mp4"))
    assert [frame.shape for frame in read] == [(32, 48, 3)] * 5
    for frame, made in zip(read, frames, strict=True):
        np.testing.assert_allclose(frame.astype(int), made, atol=6)
    assert open_clip(tmp_path / "a.mp4").fps == 19


def test_reading_may_stop_early(tmp_path, frames):
    write_video(tmp_path / "a.mp4", frames * 20)
    reader = read_frames(tmp_path / "a.mp4")
    assert next(reader).shape == (32, 48, 3)
    reader.close()


def test_folder_of_pictures_is_a_clip(tmp_path, frames):
    for name, frame in zip(("b.png", "a.png"), frames, strict=False):
        Image.fromarray(frame).save(tmp_path / name)
    first, second = read_frames(tmp_path)
    np.testing.assert_array_equal(first, frames[1])
    np.testing.assert_array_equal(second, frames[0])


def test_what_is_not_a_video_is_named(tmp_path):
    (tmp_path / "a.mp4").write_text("<html>")
    with pytest.raises(InputError, match=r"a\.mp4 is not a video that ffmpeg can read"):
        next(read_frames(tmp_path / "a.mp4"))
    with pytest.raises(InputError, match=r"none\.mp4: no such video file"):
        next(read_frames(tmp_path / "none.mp4"))


def test_empty_folder_is_named(tmp_path):
    with pytest.raises(InputError, match="holds no pictures"):
        next(read_frames(tmp_path))
