"""Progressive growing."""

import numpy as np
import pytest
import tensorflow as tf

from stylegan_tf.errors import InputError
from stylegan_tf.networks.growing import check_structure, grow_features, grow_image


def block(res, x):
    return tf.fill([1, 2**res, 2**res, 1], float(res))


def to_rgb(res, x):
    return x


@pytest.mark.parametrize(("lod", "value"), [(0, 4), (1, 3), (2, 2), (0.25, 3.75), (1.5, 2.5)])
def test_images_fade_from_the_coarser_one(lod, value):
    image = grow_image(None, 2, 4, lod, block, to_rgb)
    assert image.shape == (1, 16, 16, 1)
    np.testing.assert_allclose(image, value)


def test_features_fade_from_the_coarser_images():
    read = []

    def from_rgb(res, images):
        read.append((res, images.shape[1]))
        return images

    def halve(res, x):
        return tf.nn.avg_pool2d(x, 2, 2, "VALID") if res > 2 else x

    images = tf.ones([1, 16, 16, 1])
    for lod, expected in ((0, [(4, 16)]), (1, [(3, 8)]), (0.5, [(4, 16), (3, 8)]), (2, [(2, 4)])):
        read.clear()
        assert grow_features(images, 4, lod, halve, from_rgb).shape == (1, 4, 4, 1)
        assert read == expected


def test_a_negative_level_is_refused():
    with pytest.raises(InputError, match="lod must not be negative, not -1"):
        grow_image(None, 2, 4, -1, block, to_rgb)
    with pytest.raises(InputError, match="lod must not be negative, not -1"):
        grow_features(tf.ones([1, 16, 16, 1]), 4, -1, block, to_rgb)


def test_structures():
    assert [check_structure(name) for name in ("auto", "fixed", "linear")] == [True, False, True]
    assert check_structure(None, fixed=False)
    with pytest.raises(InputError, match="must be one of auto, fixed, linear, recursive, not None"):
        check_structure(None)
