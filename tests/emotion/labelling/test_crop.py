import numpy as np
import pytest

from emotion.labelling import crop
from stylegan_tf.errors import InputError


def test_crop_adds_ten_pixels_and_makes_it_square():
    image = np.random.default_rng(0).integers(0, 256, (200, 300, 3), np.uint8)
    cut = crop.crop_face(image, (100, 50, 140, 110))
    assert np.array_equal(cut, image[40:120, 80:160])
    cut = crop.crop_face(image, (100, 50, 160, 90))
    assert np.array_equal(cut, image[30:110, 90:170])


def test_crop_over_the_edge_is_padded():
    image = np.full((50, 60, 3), 7, np.uint8)
    image[-2:] = [10, 20, 30]
    cut = crop.crop_face(image, (-20, 10, 20, 50))
    assert cut.shape == (60, 60, 3)
    assert cut[5, 5].tolist() == [10, 20, 30]  # left of the picture
    assert cut[5, 45].tolist() == [7, 7, 7]
    assert cut[-1, 45].tolist() == [10, 20, 30]  # below it


def test_empty_box_is_refused():
    with pytest.raises(InputError, match="holds nothing of a 60×50 picture"):
        crop.crop_face(np.zeros((50, 60, 3), np.uint8), (10, 10, 10, 20))


def test_aligned_crop():
    aligned = np.arange(100 * 100 * 3, dtype=np.uint32).astype(np.uint8).reshape(100, 100, 3)
    assert np.array_equal(crop.crop_aligned_face(aligned), aligned[25:85, 20:80])
