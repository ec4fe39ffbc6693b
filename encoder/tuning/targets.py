"""The picture that is searched for, at the generator's size and at the size of comparing."""

import numpy as np
import tensorflow as tf

from encoder.embedding.methods import MIN_RESOLUTION
from encoder.images import check_image, resize_image
from stylegan_tf.errors import InputError


def check_working_resolution(resolution: int) -> None:
    """Refuses a side that is not a power of two, 16 or more."""
    if resolution < MIN_RESOLUTION or resolution & (resolution - 1):
        raise InputError(
            f"working_resolution must be a power of two and {MIN_RESOLUTION} or more, "
            f"not {resolution}"
        )


def prepare_target(image: np.ndarray, side: int, small_side: int) -> tuple[tf.Tensor, tf.Tensor]:
    """A face as the loss takes it.

    Args:
      image: uint8 RGB `[S, S, 3]`.
      side: the generator's.
      small_side: a divisor of it.

    Returns:
      float32 `[1, side, side, 3]` and, averaged over areas, `[1, small_side, small_side, 3]`, in
      [-1, 1].

    Raises:
      InputError: not uint8 RGB, or not square.
    """
    image = check_image(image)
    if image.shape[0] != image.shape[1]:
        raise InputError(
            f"an image to embed must be square, not {image.shape[1]}×{image.shape[0]}; align it"
        )
    full = tf.constant(resize_image(image, side, side)[None].astype(np.float32) / 127.5 - 1)
    factor = side // small_side
    small = full if factor == 1 else tf.nn.avg_pool2d(full, factor, factor, "VALID")
    return full, small
