import numpy as np
import pytest

from emotion.directions.files import check_directions, load_direction
from emotion.emotion import Emotion
from stylegan_tf.errors import InputError


def test_a_folder_must_hold_what_is_needed(tmp_path):
    np.save(tmp_path / "fear.npy", np.zeros((18, 512), np.float32))
    check_directions(tmp_path, [Emotion.FEAR])
    with pytest.raises(InputError, match=r"has no anger.npy; learn it or leave it out"):
        check_directions(tmp_path, [Emotion.FEAR, Emotion.ANGER])


def test_a_missing_folder_is_named():
    with pytest.raises(InputError, match="there is no folder none of directions; those that ship"):
        check_directions("none")
    check_directions("rendered-faces")


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(18, 512), (1, 18, 512), (512,)])
def test_files_of_other_projects(tmp_path, shape, dtype):
    array = np.random.default_rng(0).normal(size=shape).astype(dtype)
    np.save(tmp_path / "smile.npy", array)
    loaded = load_direction(tmp_path / "smile.npy", 18)
    assert loaded.dtype == np.float32
    assert np.array_equal(loaded, np.broadcast_to(array.astype(np.float32), (1, 18, 512))[0])


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.zeros((9216,)), r"shape \(9216,\); a direction is \(18, 512\), \(1, 18, 512\) or"),
        (np.zeros((1, 512)), r"has 1 layers, the generator has 18"),
        (np.zeros((10, 512)), "has 10 layers, the generator has 18: it was learnt for another"),
        (np.zeros((18, 512), int), "holds int64; a direction is floating point"),
        (np.full((18, 512), np.inf), "NaN or infinite"),
    ],
)
def test_bad_files(tmp_path, array, message):
    np.save(tmp_path / "bad.npy", array)
    with pytest.raises(InputError, match=message):
        load_direction(tmp_path / "bad.npy", 18)


def test_no_such_direction(tmp_path):
    with pytest.raises(InputError, match="boredom is neither a direction file nor one that ships"):
        load_direction("rendered-faces/boredom", 18)
    (tmp_path / "page.npy").write_text("<html>")
    with pytest.raises(InputError, match=r"page\.npy is not a NumPy array file"):
        load_direction(tmp_path / "page.npy", 18)
