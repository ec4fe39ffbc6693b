"""Grey pictures as OpenCV makes them, which is what the published emotion classifiers expect."""

import numpy as np

# OpenCV's luma weights (ITU-R BT.601) in 15-bit fixed point: red, green, blue.
_WEIGHTS = np.array([9798, 19235, 3735], np.uint32)
_SHIFT = 15


def to_grey(image: np.ndarray, swap_channels: bool = False) -> np.ndarray:
    """uint8 RGB `[H, W, 3]` → uint8 luma `[H, W]`, bit for bit as OpenCV.

    Args:
        image: uint8 `[H, W, 3]` (or `[H, W, 4]`, alpha ignored); `[H, W]` passes through.
        swap_channels: give red the weight of blue and blue that of red, which is what happens to a
            program that calls BGR2GRAY on an RGB picture.
    """
    if image.ndim == 2:
        return image
    weights = _WEIGHTS[::-1] if swap_channels else _WEIGHTS
    total = image[..., :3].astype(np.uint32) @ weights
    return ((total + (1 << (_SHIFT - 1))) >> _SHIFT).astype(np.uint8)


def resize_bilinear(image: np.ndarray, size: int) -> np.ndarray:
    """Bilinear resize of uint8 `[H, W]` to `[size, size]`, pixel centres aligned, no antialiasing.

    As OpenCV's INTER_LINEAR up to its fixed-point rounding (±1 grey level).
    """
    rows, next_rows, row_part = _taps(image.shape[0], size)
    columns, next_columns, column_part = _taps(image.shape[1], size)
    image = image.astype(np.float32)
    tall = image[rows] + row_part[:, None] * (image[next_rows] - image[rows])
    wide = tall[:, columns] + column_part * (tall[:, next_columns] - tall[:, columns])
    return np.rint(wide).astype(np.uint8)


def _taps(length: int, size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    position = np.clip((np.arange(size) + 0.5) * (length / size) - 0.5, 0, length - 1)
    first = position.astype(np.int64)
    return first, np.minimum(first + 1, length - 1), (position - first).astype(np.float32)
