import pathlib

import numpy as np
import pytest

from emotion import Emotion
from emotion.labelling import fer
from emotion.labelling.registry import load_labeller
from stylegan_tf.errors import InputError

DATA = pathlib.Path(__file__).parents[2] / "data" / "emotion"
FER_ORDER = [Emotion.from_name(name) for name in fer.CLASSES]


@pytest.fixture(scope="module")
def labeller():
    return load_labeller("fer")


@pytest.fixture(scope="module")
def golden():
    with np.load(DATA / "fer_synthetic.npz") as arrays:
        return arrays["images"], arrays["probs"]


def test_golden_probabilities(labeller, golden):
    images, expected = golden
    colour = np.repeat(images[..., None], 3, axis=-1)
    labels, probabilities = labeller.predict(colour)
    assert np.abs(probabilities[:, FER_ORDER] - expected).max() <= 1e-5 * expected.max()
    assert labels == [FER_ORDER[index] for index in expected.argmax(axis=1)]
    assert probabilities.dtype == np.float32


def test_crops_of_mixed_sizes(labeller, golden):
    small = np.repeat(golden[0][0][..., None], 3, axis=-1)
    labels, probabilities = labeller.predict([small, small.repeat(3, axis=0).repeat(3, axis=1)])
    assert len(labels) == 2
    assert probabilities.sum(axis=1) == pytest.approx(1, abs=1e-5)
    # Enlarged by repetition and resized again, the picture is nearly the same.
    assert np.abs(probabilities[0] - probabilities[1]).max() < 0.05


def test_no_faces(labeller):
    labels, probabilities = labeller.predict([])
    assert labels == []
    assert probabilities.shape == (0, 7)


def test_float_faces_are_refused(labeller):
    with pytest.raises(InputError, match=r"face 1 is float64 \(8, 8, 3\); a face crop is uint8"):
        labeller.predict([np.zeros((8, 8, 3), np.uint8), np.zeros((8, 8, 3))])
