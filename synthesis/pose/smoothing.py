"""Alignment that glides: the crops of a clip smoothed over time, and how much crops shake.

Frame-by-frame alignment shakes (thesis, conclusions). So the crop's centre and size are smoothed
over time, and its angle is the clip's average, which also leaves the tilting of the head in the
aligned frames for the embedding to see.
"""

import math

import numpy as np
from scipy import ndimage

from encoder.faces.alignment import FaceSquare, face_square
from stylegan_tf.errors import InputError

SMOOTHING_SECONDS = 0.2  # standard deviation of the Gaussian over time


def smooth_alignment(
    landmarks: np.ndarray, fps: float, smoothing_seconds: float = SMOOTHING_SECONDS
) -> np.ndarray:
    """Landmarks to align a clip with, so that the crop glides instead of shaking.

    They are those of the first frame, moved so that the crop has the smoothed centre and size of
    each frame and the mean angle of all.

    Args:
      landmarks: `[F, 68, 2]` pixels, one person in one shot.
      fps: frames per second.
      smoothing_seconds: standard deviation of the Gaussian; 0 only fixes the angle.

    Returns:
      float32 `[F, 68, 2]`, for `encoder.align_face`.
    """
    if not fps > 0:
        raise InputError(f"fps is {fps}; it must be positive")
    if smoothing_seconds < 0:
        raise InputError(f"smoothing is {smoothing_seconds} s; it must be 0 or more")
    squares = [face_square(points) for points in landmarks]
    centres = np.stack([square.centre for square in squares])
    sides = np.array([square.half_side for square in squares])
    sizes = np.log(np.linalg.norm(sides, axis=1))
    if smoothing_seconds:
        sigma = smoothing_seconds * fps
        centres = ndimage.gaussian_filter1d(centres, sigma, axis=0, mode="nearest")
        sizes = ndimage.gaussian_filter1d(sizes, sigma, mode="nearest")
    axis = (sides / np.linalg.norm(sides, axis=1, keepdims=True)).mean(axis=0)
    axis /= np.linalg.norm(axis)
    moved = [
        _move(landmarks[0], squares[0], FaceSquare(centre, axis * math.exp(size)))
        for centre, size in zip(centres, sizes, strict=True)
    ]
    return np.array(moved, np.float32)


def _move(points: np.ndarray, start: FaceSquare, end: FaceSquare) -> np.ndarray:
    """Points moved by the similarity that takes one square to the other."""
    turn = complex(*end.half_side) / complex(*start.half_side)
    offsets = np.asarray(points, np.float64) - start.centre
    moved = (offsets[:, 0] + 1j * offsets[:, 1]) * turn
    return end.centre + np.stack([moved.real, moved.imag], axis=1)


def alignment_jitter(landmarks: np.ndarray) -> float:
    """How much the crop shakes: root mean square second difference of its corners, in its sides.

    Args:
      landmarks: `[F, 68, 2]`, what a clip is aligned with; at least 3 frames.
    """
    if len(landmarks) < 3:
        raise InputError(f"jitter needs 3 frames, not {len(landmarks)}")
    squares = [face_square(points) for points in landmarks]
    corners = np.stack([square.corners for square in squares])
    side = np.mean([2 * np.linalg.norm(square.half_side) for square in squares])
    return float(np.sqrt(np.mean(np.sum(np.diff(corners, 2, axis=0) ** 2, axis=-1))) / side)
