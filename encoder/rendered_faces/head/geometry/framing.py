"""Where the camera looks: FFHQ's rule for cropping faces, applied to the projected head."""

import dataclasses

import numpy as np

CAMERA_DISTANCE = 10.0  # decimetres from the head's centre
FOCAL = 1 / np.tan(np.radians(7.0))  # a portrait lens; half the height spans 7 degrees
# The head turns about this point, decimetres from the middle between the eyes.
HEAD_CENTRE = np.array([0, -0.1, -0.75], np.float32)
# FFHQ's alignment (Karras et al. 2019, the data set's script): the crop is 4 eye distances or 3.6
# eye–mouth distances wide, whichever is more, and lies a tenth of the latter below the eyes.
_EYE_FACTOR, _MOUTH_FACTOR, _DOWN = 2.0, 1.8, 0.1


@dataclasses.dataclass(frozen=True)
class Framing:
    """Takes projected points into the picture.

    Attributes:
      turn: [2, 2], rotation and scale.
      shift: [2]; a projected point p goes to turn @ p + shift, in [-1, 1], y up.
    """

    turn: np.ndarray
    shift: np.ndarray

    def pixels(self, points: np.ndarray, size: int) -> np.ndarray:
        """Where points [n, 3] around the head's centre lie in a picture, [n, 2], x right, y down.

        Whole numbers are the corners of pixels, as dlib's and FFHQ's landmarks nearly are.
        """
        x, y = (project(points) @ self.turn.T + self.shift).T
        return np.stack([(x + 1) * size / 2, (1 - y) * size / 2], axis=1)


def rotation(yaw: float, pitch: float) -> np.ndarray:
    """Turns about the vertical axis, then about the horizontal one; degrees, [3, 3], float32.

    Positive yaw turns the face to the viewer's right, positive pitch looks down.
    """
    y, x = np.radians([yaw, pitch])
    about_y = [[np.cos(y), 0, np.sin(y)], [0, 1, 0], [-np.sin(y), 0, np.cos(y)]]
    about_x = [[1, 0, 0], [0, np.cos(x), -np.sin(x)], [0, np.sin(x), np.cos(x)]]
    return (np.array(about_x) @ np.array(about_y)).astype(np.float32)


def project(points: np.ndarray) -> np.ndarray:
    """Perspective projection of points [n, 3] around the head's centre, [n, 2]."""
    return FOCAL * points[:, :2] / (CAMERA_DISTANCE - points[:, 2:])


def ffhq_framing(right_eye: np.ndarray, left_eye: np.ndarray, mouth: np.ndarray) -> Framing:
    """The crop that FFHQ's alignment would choose.

    Args:
      right_eye, left_eye: projected middles of the person's eyes [2].
      mouth: projected middle between the corners of the mouth [2].
    """
    eyes = (right_eye + left_eye) / 2
    across = left_eye - right_eye
    down = mouth - eyes
    axis = across + np.array([-down[1], down[0]])
    axis /= np.hypot(*axis)
    half = max(np.hypot(*across) * _EYE_FACTOR, np.hypot(*down) * _MOUTH_FACTOR)
    turn = np.stack([axis, [-axis[1], axis[0]]]) / half
    return Framing(turn, -turn @ (eyes + _DOWN * down))
