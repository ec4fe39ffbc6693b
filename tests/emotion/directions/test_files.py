import numpy as np
import pytest

from emotion.directions.files import check_directions
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
