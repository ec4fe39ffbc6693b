"""Classifiers that tools/train_emotion_labeller.py trained."""

import os
import pathlib

import numpy as np

from emotion.emotion import Emotion
from emotion.labelling.grey import resize_bilinear, to_grey
from emotion.labelling.labeller import Labeller
from stylegan_tf.errors import InputError


class TrainedLabeller(Labeller):
    """A network from grey crops, 0 to 255, to seven probabilities in `Emotion` order.

    A crop is a face as a detector's box holds it, forehead to chin, as for `FerLabeller`.
    """

    def __init__(self, path: str | os.PathLike) -> None:
        """Loads a .keras file.

        Raises:
            InputError: there is none, or it holds another kind of network.
        """
        import keras  # loads TensorFlow

        path = pathlib.Path(path)
        if not path.is_file():
            raise InputError(f"{path} does not exist")
        try:
            network = keras.models.load_model(path, compile=False)
        except Exception as error:  # Keras raises many kinds
            reason = str(error).splitlines()[0]
            raise InputError(f"{path} is not a Keras model file: {reason}") from error
        shapes = [tensor.shape[1:] for tensor in (*network.inputs, *network.outputs)]
        fits = len(shapes) == 2 and shapes[1] == (len(Emotion),) and len(shapes[0]) == 3
        if not fits or shapes[0][2] != 1:
            raise InputError(f"{path} is a Keras model, but no classifier of emotions")
        self._size = shapes[0][0]
        super().__init__(str(path), tuple(Emotion), network)

    def preprocess(self, face: np.ndarray) -> np.ndarray:
        """Grey at the network's size, 0 to 255: the network scales it."""
        return resize_bilinear(to_grey(face), self._size).astype(np.float32)[..., None]
