"""Images in [-1, 1] as pixels."""

import numpy as np

from stylegan_tf.errors import InputError


def to_uint8(images: np.ndarray) -> np.ndarray:
    """Images in [-1, 1] → uint8: 127.5 x + 128, cut to 0 to 255 and rounded down, as NVIDIA's.

    Raises:
      InputError: NaN or infinity is in them, which would look black.
    """
    if not np.isfinite(images).all():
        raise InputError(
            "the network draws NaN or infinity: its weights are damaged, or the latent is far "
            "outside of what it knows"
        )
    scaled = np.asarray(images, np.float32) * np.float32(127.5) + np.float32(128)
    return np.clip(scaled, 0, 255).astype(np.uint8)
