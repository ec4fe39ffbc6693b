import numpy as np
import pytest

from stylegan_tf.errors import InputError
from stylegan_tf.pictures.tiling import tile


def cells(count):
    return [np.full([2, 3, 1], value, np.uint8) for value in range(1, count + 1)]


def test_tiles_are_filled_with_black():
    sheet = tile(cells(3), 2)
    assert sheet.shape == (4, 6, 1)
    assert sheet.dtype == np.uint8
    assert sheet[::2, ::3, 0].tolist() == [[1, 2], [3, 0]]
    assert tile(cells(3), 9).shape == (2, 9, 1)


def test_gaps_and_empty_places_show_the_ground():
    sheet = tile(cells(3), 2, gap=1, ground=9)
    assert sheet.shape == (5, 7, 1)
    assert sheet[:, :, 0].tolist() == [
        [1, 1, 1, 9, 2, 2, 2],
        [1, 1, 1, 9, 2, 2, 2],
        [9, 9, 9, 9, 9, 9, 9],
        [3, 3, 3, 9, 9, 9, 9],
        [3, 3, 3, 9, 9, 9, 9],
    ]


def test_wrong_values_are_errors():
    with pytest.raises(InputError, match="a sheet needs at least one image and one column"):
        tile([], 1)
    with pytest.raises(InputError, match="a sheet needs at least one image and one column"):
        tile(cells(1), 0)
    with pytest.raises(InputError, match=r"differ in size: \[\(2, 3, 1\), \(3, 3, 1\)\]"):
        tile([*cells(1), np.zeros([3, 3, 1], np.uint8)], 2)
