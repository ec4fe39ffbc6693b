"""What is known about a rendered picture."""

import dataclasses
import enum

import numpy as np


class Region(enum.IntEnum):
    """What a pixel shows."""

    BACKGROUND = 0
    SKIN = 1
    HAIR = 2  # on the head, brows and beard
    CLOTH = 3
    EYE = 4
    MOUTH = 5  # teeth and tongue


@dataclasses.dataclass(frozen=True)
class FaceLabels:
    """Labels that depend on the picture's size; all others are in the face vector itself.

    Attributes:
      landmarks: [68, 2], x right and y down in pixels, in dlib's order.
      regions: uint8 [size, size], values of `Region`.
    """

    landmarks: np.ndarray
    regions: np.ndarray
