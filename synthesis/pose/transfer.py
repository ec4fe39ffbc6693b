"""Mimicry without directions: the head pose of a driving clip on another face (thesis 4.3).

Every frame of the clip is aligned and embedded; what its latent changes relative to the first frame
is added to the other face where the `pose` mask allows it. With the mask `none` this is the
trajectory replay that the thesis tried and gave up (end of 4.4): the whole trend of the clip.
"""

import numpy as np

from stylegan_tf.errors import InputError
from synthesis.masks import LayerMask


def transfer_pose(
    face: np.ndarray,
    driver: np.ndarray,
    mask: LayerMask = LayerMask("pose"),  # noqa: B008 - frozen
    strength: float = 1.0,
) -> np.ndarray:
    """Latents of the face moving like the driver: `face + strength · (driver − driver[0])`.

    Args:
      face: float32 `[L, 512]`.
      driver: float32 `[F, L, 512]`, the embedded frames of a clip.
      mask: where the movement goes; elsewhere every frame is bit-equal to the face.
      strength: 1 for the driver's own movement.

    Returns:
      float32 `[F, L, 512]`; the first is the face itself.
    """
    face, driver = np.asarray(face, np.float32), np.asarray(driver, np.float32)
    if driver.ndim != 3 or driver.shape[1:] != face.shape or not len(driver):
        raise InputError(
            f"a driver of shape {list(driver.shape)} does not move a face of shape "
            f"{list(face.shape)}; embed both with one network"
        )
    return mask.apply(face, face + np.float32(strength) * (driver - driver[0]))
