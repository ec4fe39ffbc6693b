import numpy as np
import pytest

from stylegan_tf.errors import InputError
from synthesis.video.contact_sheet import contact_sheet


def flat(value, size=32):
    return np.full((size, size, 3), value, np.uint8)


def test_pictures_stand_in_rows_above_their_labels():
    sheet = contact_sheet([flat(10), flat(20), flat(30)], ["a", "b", ""], columns=2, cell=64)
    letters = 9  # the smallest
    margin, band = letters // 2, letters * 2
    assert sheet.shape == (margin + 2 * (64 + band + margin), margin + 2 * (64 + margin), 3)
    assert np.all(sheet[margin : margin + 64, margin : margin + 64] == 10)
    x = margin + 64 + margin
    assert np.all(sheet[margin : margin + 64, x : x + 64] == 20)
    below = margin + 64 + band + margin
    assert np.all(sheet[below : below + 64, margin : margin + 64] == 30)
    assert sheet[margin + 64 : below - margin, : x - margin].min() < 60  # the letter a
    assert sheet[below + 64 :].min() == 255  # no label, no ink


def test_row_labels_take_a_column_of_their_own():
    pictures, labels = [flat(10)] * 4, [""] * 4
    plain = contact_sheet(pictures, labels, columns=2)
    named = contact_sheet(pictures, labels, columns=2, row_labels=["mask", "no mask"])
    assert named.shape[0] == plain.shape[0]
    assert named.shape[1] > plain.shape[1] + 50
    assert named[:, : named.shape[1] - plain.shape[1]].min() < 60


def test_wrong_counts_are_refused():
    with pytest.raises(InputError, match="at least one picture"):
        contact_sheet([], [])
    with pytest.raises(InputError, match="1 pictures do not go with 2 labels"):
        contact_sheet([flat(0)], ["a", "b"])
    with pytest.raises(InputError, match="1 rows do not go with 2 row labels"):
        contact_sheet([flat(0)], ["a"], row_labels=["x", "y"])
