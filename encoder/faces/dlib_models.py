"""dlib's models, loaded once, when first needed.

The files come with the package face_recognition_models. That package is found, never imported:
its __init__ needs pkg_resources, which current setuptools no longer ships.
"""

import functools
import importlib.util
import pathlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from stylegan_tf.errors import InputError


class MissingModelError(InputError):
    """A dlib model file, or the package that carries it, is not installed."""


def model_path(name: str) -> pathlib.Path:
    """The path of dlib's model file `name`, e.g. "mmod_human_face_detector.dat".

    Raises:
      MissingModelError: the package face_recognition_models or the file in it is missing.
    """
    install = "install it with: pip install --force-reinstall face_recognition_models==0.3.0"
    spec = importlib.util.find_spec("face_recognition_models")
    if spec is None or spec.submodule_search_locations is None:
        raise MissingModelError(
            f"the package face_recognition_models, which carries {name}, is missing; {install}"
        )
    path = pathlib.Path(spec.submodule_search_locations[0], "models", name)
    if not path.is_file():
        raise MissingModelError(f"dlib's model file {path} is missing; {install}")
    return path


@functools.cache
def cnn_detector() -> Any:
    """dlib's CNN face detector (max-margin object detection, King 2015)."""
    import dlib

    return dlib.cnn_face_detection_model_v1(str(model_path("mmod_human_face_detector.dat")))


@functools.cache
def hog_detector() -> Any:
    """dlib's frontal-face detector on histograms of oriented gradients; built into dlib."""
    import dlib

    return dlib.get_frontal_face_detector()


@functools.cache
def landmark_predictor() -> Any:
    """dlib's 68-landmark predictor (Kazemi and Sullivan 2014), trained on iBUG 300-W."""
    import dlib

    return dlib.shape_predictor(str(model_path("shape_predictor_68_face_landmarks.dat")))


def predict_landmarks(picture: np.ndarray, box: Sequence[float] | np.ndarray) -> np.ndarray:
    """The predictor's answer for the face in `box`, float32 [68, 2]: (x, y), whole pixels.

    Args:
      picture: uint8 RGB [H, W, 3], contiguous.
      box: left, top, right, bottom; the last two lie beyond the last pixel.
    """
    import dlib

    left, top, right, bottom = (round(float(side)) for side in box)
    shape = landmark_predictor()(picture, dlib.rectangle(left, top, right - 1, bottom - 1))
    return np.array([(point.x, point.y) for point in shape.parts()], np.float32)


@functools.cache
def face_descriptor() -> Any:
    """dlib's face descriptor network (a 29-layer ResNet, 128 outputs)."""
    import dlib

    return dlib.face_recognition_model_v1(
        str(model_path("dlib_face_recognition_resnet_model_v1.dat"))
    )
