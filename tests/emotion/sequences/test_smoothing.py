import pytest

from emotion.sequences.smoothing import smooth_labels
from stylegan_tf.errors import InputError


def test_majority_window():
    labels = [0, 0, 3, 0, 0, 2, 2, 2, 1]
    assert smooth_labels(labels, window=3) == [0, 0, 0, 0, 0, 2, 2, 2, 1]
    assert smooth_labels(labels) == labels
    # All different: a tie, which each frame decides for itself.
    assert smooth_labels([4, 5, 6], window=3) == [4, 5, 6]


def test_minimum_dwell():
    assert smooth_labels([3, 0, 0, 1, 0, 0, 2, 2], minimum_dwell=2) == [
        *[0] * 6,
        2,
        2,
    ]
    assert smooth_labels([1, 2, 2, 1], minimum_dwell=3) == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"window": 2}, "smoothing window is 2 frames; use an odd number"),
        ({"window": 0}, "smoothing window is 0 frames"),
        ({"minimum_dwell": 0}, "minimum dwell is 0 frames"),
    ],
)
def test_bad_smoothing(arguments, message):
    with pytest.raises(InputError, match=message):
        smooth_labels([0, 1], **arguments)
