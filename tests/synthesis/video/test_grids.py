import numpy as np
import pytest

from stylegan_tf.errors import InputError
from synthesis.video.grids import tile_frames


def clip(value, count=2, size=4):
    return (np.full((size, size, 3), value + k, np.uint8) for k in range(count))


def test_side_by_side():
    first, second = tile_frames([clip(10), clip(20, 5)], columns=2)
    assert first.shape == (4, 8, 3)
    assert first[0, :, 0].tolist() == [10] * 4 + [20] * 4
    assert second[0, :, 0].tolist() == [11] * 4 + [21] * 4


def test_grid_fills_its_last_row_with_black():
    (frame,) = tile_frames([clip(10, 1), clip(20, 1), clip(30, 1)], columns=2)
    assert frame.shape == (8, 8, 3)
    assert frame[::4, ::4, 0].tolist() == [[10, 20], [30, 0]]


def test_one_clip_in_a_wide_grid_stays_alone():
    (frame,) = tile_frames([clip(10, 1)], columns=3)
    assert frame.shape == (4, 4, 3)


def test_wrong_grids_are_refused():
    with pytest.raises(InputError, match="at least one column"):
        next(tile_frames([clip(1)], columns=0))
    with pytest.raises(InputError, match="differ in size"):
        next(tile_frames([clip(1), clip(1, size=8)], columns=2))
