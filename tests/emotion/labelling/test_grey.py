import numpy as np

from emotion.labelling.grey import resize_bilinear, to_grey


def test_luma_weights():
    primaries = np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]]], np.uint8)
    assert to_grey(primaries).tolist() == [[76, 150, 29, 255]]
    assert to_grey(primaries, swap_channels=True).tolist() == [[29, 150, 76, 255]]


def test_grey_passes_through():
    picture = np.arange(6, dtype=np.uint8).reshape(2, 3)
    assert to_grey(picture) is picture


def test_resize_aligns_pixel_centres():
    ramp = np.tile(np.arange(0, 160, 10, dtype=np.uint8), (16, 1))
    assert resize_bilinear(ramp, 8)[0].tolist() == [5, 25, 45, 65, 85, 105, 125, 145]
    assert np.array_equal(resize_bilinear(ramp, 16), ramp)
    assert resize_bilinear(np.array([[0, 100]], np.uint8), 4)[0].tolist() == [0, 25, 75, 100]
