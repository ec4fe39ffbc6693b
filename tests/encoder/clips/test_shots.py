import numpy as np
import pytest

from encoder.clips.decoding import open_clip
from encoder.clips.shots import frames_with_shots
from stylegan_tf.errors import InputError


def test_all_frames_with_their_shots(video):
    frames = list(frames_with_shots(open_clip(video)))
    assert [frame.index for frame in frames] == list(range(30))
    assert [frame.shot for frame in frames] == [0] * 10 + [1] * 15 + [2] * 5
    assert frames[25].seconds == pytest.approx(2.5)
    assert frames[0].image.shape == (64, 96, 3)
    assert np.abs(frames[0].image[2, 2].astype(int) - [30, 40, 90]).max() < 12


def test_fewer_frames_a_second(video):
    frames = list(frames_with_shots(open_clip(video), fps=2.5))
    assert [frame.index for frame in frames] == [0, 4, 8, 12, 16, 20, 24, 28]
    assert [frame.shot for frame in frames] == [0, 0, 0, 1, 1, 1, 1, 2]


def test_stopping_early_ends_the_decoder(video):
    frames = frames_with_shots(open_clip(video))
    assert next(frames).index == 0
    frames.close()


@pytest.mark.parametrize("fps", [0, 11, -1])
def test_bad_rate(video, fps):
    with pytest.raises(InputError, match=f"fps {fps} is not between 0 and the 10"):
        next(frames_with_shots(open_clip(video), fps=fps))
