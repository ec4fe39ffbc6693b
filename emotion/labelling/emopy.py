"""EmoPy's classifiers (thesis 3.5): nine of two to four emotions, and one of seven.

The nine come as files in the PyPI package `EmoPy` 0.0.5, which is found, never imported. The one of
seven is in EmoPy's repository only (Git LFS) and must be downloaded by hand. Pictures are prepared
as EmoPy's `FERModel.predict` does, with its two oddities: red and blue change places on the way to
grey, and the poolings run over width and channels instead of height and width.
"""

import hashlib
import os
import pathlib
from typing import Any

import numpy as np

from emotion.emotion import Emotion
from emotion.labelling.grey import resize_bilinear, to_grey
from emotion.labelling.labeller import Labeller, find_package
from stylegan_tf.downloads import cache_folder
from stylegan_tf.errors import InputError
from stylegan_tf.files.json_files import read_json

INPUT_SIZE = 48
# Digits of a subset's name: anger 0, disgust 1, fear 2, happiness 3, sadness 4, surprise 5, calm 6.
SUBSETS = ("012", "025", "0256", "026", "03", "036", "135", "145", "156")
SEVEN = "0123456"
SEVEN_FILE = f"conv_model_{SEVEN}.h5"
SEVEN_SHA256 = "0dab60ed0e5e05ef91afc5c900d307a9e7480b7fc241b005a3152d14e474160a"
SEVEN_BYTES = 114_683_872
_LFS_POINTER = b"version https://git-lfs"


class EmopyLabeller(Labeller):
    """One of EmoPy's classifiers.

    A crop is a face as a detector's box holds it, forehead to chin, as for `FerLabeller`.
    """

    def __init__(self, name: str, path: pathlib.Path, subset: str) -> None:
        """Loads a network.

        Args:
            name: what the labeller is called.
            path: its Keras 2 HDF5 file.
            subset: which of EmoPy's maps from emotion to output belongs to it.
        """
        from emotion.labelling.keras2_files import read_sequential  # loads TensorFlow

        indices: Any = read_json(
            find_package("EmoPy") / "models" / f"conv_emotion_map_{subset}.json"
        )
        classes = [Emotion.from_name(emotion) for emotion in sorted(indices, key=indices.get)]
        network = read_sequential(path)
        shapes = network.inputs[0].shape[1:], network.outputs[0].shape[1:]
        if shapes != ((INPUT_SIZE, INPUT_SIZE, 1), (len(classes),)):
            raise InputError(
                f"{path} maps {shapes[0]} to {shapes[1]}; EmoPy's classifier of {len(classes)} "
                f"emotions maps ({INPUT_SIZE}, {INPUT_SIZE}, 1) to ({len(classes)},)"
            )
        super().__init__(name, classes, network)

    def preprocess(self, face: np.ndarray) -> np.ndarray:
        """Grey with the weights of red and blue exchanged, 48×48, 0 to 255."""
        grey = resize_bilinear(to_grey(face, swap_channels=True), INPUT_SIZE)
        return grey.astype(np.float32)[..., None]

    def to_probabilities(self, outputs: np.ndarray) -> np.ndarray:
        """Outputs divided by their sum, as EmoPy prints them.

        They end in a ReLU: where all are 0 nothing is known, and all emotions get the same.
        """
        total = outputs.sum(axis=1, keepdims=True)
        even = np.full_like(outputs, 1 / outputs.shape[1])
        return np.where(total > 0, outputs / np.where(total > 0, total, 1), even)


def load_subset(subset: str) -> EmopyLabeller:
    """One of the nine classifiers of the package, such as "0256".

    Raises:
        InputError: there is none of that name, or EmoPy is not installed.
    """
    if subset not in SUBSETS:
        raise InputError(f"EmoPy has no classifier {subset!r}; use one of {', '.join(SUBSETS)}")
    path = find_package("EmoPy") / "models" / f"conv_model_{subset}.hdf5"
    return EmopyLabeller(f"emopy:{subset}", path, subset)


def seven_path() -> pathlib.Path:
    """Where the classifier of seven emotions is looked for: among the downloaded networks."""
    return cache_folder() / SEVEN_FILE


def load_seven(path: str | os.PathLike | None = None) -> EmopyLabeller:
    """The classifier of seven emotions, from the file that its user downloaded.

    Args:
        path: `conv_model_0123456.h5`; None looks for it at `seven_path()`.

    Raises:
        InputError: the file is missing, a Git LFS pointer, or not the one that EmoPy published.
    """
    path = pathlib.Path(path or seven_path())
    if not path.is_file():
        raise InputError(
            f"{path} does not exist; download {SEVEN_FILE} ({SEVEN_BYTES} bytes, Git LFS) from "
            "EmoPy's repository on GitHub and put it there"
        )
    with open(path, "rb") as file:
        if file.read(len(_LFS_POINTER)) == _LFS_POINTER:
            raise InputError(
                f"{path} is a Git LFS pointer of {path.stat().st_size} bytes, not the model "
                f"({SEVEN_BYTES} bytes); fetch it with `git lfs pull` or GitHub's download button"
            )
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != SEVEN_SHA256:
        raise InputError(
            f"{path} is not EmoPy's file: its SHA-256 is {digest}, not {SEVEN_SHA256}; "
            "download it again"
        )
    return EmopyLabeller("emopy7", path, SEVEN)
