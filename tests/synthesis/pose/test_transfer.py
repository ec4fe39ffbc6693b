import numpy as np
import pytest

from stylegan_tf.errors import InputError
from synthesis.masks import LayerMask
from synthesis.pose.transfer import transfer_pose


def test_pose_goes_where_the_mask_allows():
    random = np.random.RandomState(0)
    face, driver = random.randn(18, 512), random.randn(4, 18, 512)
    face, driver = face.astype(np.float32), driver.astype(np.float32)
    moved = transfer_pose(face, driver, strength=2.0)
    mask = LayerMask("pose").array(18)
    assert moved[0].tobytes() == face.tobytes()
    assert all(frame[~mask].tobytes() == face[~mask].tobytes() for frame in moved)
    expected = face + 2 * (driver[3] - driver[0])
    np.testing.assert_allclose(moved[3][mask], expected[mask], atol=1e-5)
    replayed = transfer_pose(face, driver, LayerMask("none"))
    np.testing.assert_allclose(replayed[2], face + driver[2] - driver[0], atol=1e-5)


def test_driver_of_another_network_is_refused():
    with pytest.raises(InputError, match=r"does not move a face of shape \[18, 512\]"):
        transfer_pose(np.zeros((18, 512)), np.zeros((4, 10, 512)))
