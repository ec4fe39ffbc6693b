import numpy as np
import pytest

from stylegan_tf.errors import InputError
from synthesis.masks import LayerMask


@pytest.mark.parametrize(
    ("spec", "layers", "dimensions"),
    [
        ("emotion", range(8), range(512)),
        ("keyframe", range(5), range(512)),
        ("pose", range(5), range(256)),
        ("none", range(18), range(512)),
        ("0-7", range(8), range(512)),
        ("3", range(3, 4), range(512)),
        ("0-4:0-255", range(5), range(256)),
        ("2-3:7", range(2, 4), range(7, 8)),
    ],
)
def test_mask_covers_exactly_its_layers_and_dimensions(spec, layers, dimensions):
    expected = np.zeros((18, 512), bool)
    expected[np.ix_(list(layers), list(dimensions))] = True
    np.testing.assert_array_equal(LayerMask(spec).array(18, 512), expected)


def test_several_ranges_add_up():
    mask = LayerMask("0-1,16:0-9").array(18)
    assert mask.sum() == 2 * 512 + 10
    assert mask[16, 9]
    assert not mask[16, 10]


@pytest.mark.parametrize("spec", ["emotion", "keyframe", "pose", "0-4:0-255"])
def test_what_the_mask_keeps_is_bit_equal(spec):
    random = np.random.RandomState(1)
    original, changed = random.randn(2, 3, 18, 512).astype(np.float32)
    result = LayerMask(spec).apply(original, changed)
    mask = LayerMask(spec).array(18, 512)
    assert result.dtype == np.float32
    assert result[:, ~mask].tobytes() == original[:, ~mask].tobytes()
    assert result[:, mask].tobytes() == changed[:, mask].tobytes()


def test_named_masks_mean_the_same_resolutions_in_smaller_generators():
    assert LayerMask("emotion").array(10, 512).any(axis=1).tolist() == [True] * 8 + [False] * 2
    assert LayerMask("pose").array(10, 64).sum() == 5 * 32


@pytest.mark.parametrize(("spec", "num_layers"), [("emotion", 8), ("keyframe", 4), ("pose", 5)])
def test_a_named_mask_that_would_keep_nothing_is_refused(spec, num_layers):
    with pytest.raises(InputError, match=rf"only {num_layers}: it would keep nothing"):
        LayerMask(spec).array(num_layers)


@pytest.mark.parametrize("spec", ["", "smile", "0-", "a-b", "0-4:", "-1", "0-4;5"])
def test_nonsense_is_refused_when_written(spec):
    with pytest.raises(InputError, match="is not one of emotion, keyframe, pose, none"):
        LayerMask(spec)


@pytest.mark.parametrize("spec", ["7-3", "0-4:9-2"])
def test_backward_range_is_refused(spec):
    with pytest.raises(InputError, match="ends before it begins"):
        LayerMask(spec)


@pytest.mark.parametrize("spec", ["0-18", "0:0-512"])
def test_range_outside_the_latent_is_refused(spec):
    with pytest.raises(InputError, match="layers 0-17 and dimensions 0-511"):
        LayerMask(spec).array(18, 512)
