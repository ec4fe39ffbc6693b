import numpy as np
import pandas as pd
import pytest
from PIL import Image

from emotion import Emotion
from emotion.labelling import training as labeller_training
from emotion.labelling.registry import load_labeller
from stylegan_tf.errors import InputError

# Keras hands TensorFlow's variables to numpy 2, which finds their __array__ old-fashioned.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def draw(emotion, random):
    """A grey square whose place says the emotion, in noise."""
    image = random.integers(0, 60, (48, 48)).astype(np.uint8)
    row = 2 + 6 * int(emotion)
    image[row : row + 6, 10:38] = 220
    return image


@pytest.fixture(scope="module")
def faces():
    random = np.random.default_rng(0)

    def part(count):
        emotions = np.arange(count) % 7
        images = np.stack([draw(emotion, random) for emotion in emotions])
        return labeller_training.LabelledFaces(images, emotions)

    return labeller_training.FaceSplit(part(210), part(35), part(70))


def test_learns_reports_and_loads(faces, tmp_path):
    settings = labeller_training.LabellerTraining("emopy", 4, 16, 3e-3, 1)
    report = labeller_training.train_labeller(faces, tmp_path / "labeller.keras", settings)
    assert report["test_accuracy"] > 0.9
    assert np.sum(report["confusion"]) == 70
    assert np.trace(report["confusion"]) == round(70 * report["test_accuracy"])
    assert report["order"][0] == "calm"
    assert report["class_report"]["fear"]["support"] == 10
    for name in ("labeller.json", "labeller_confusion.png", "labeller_loss.png"):
        assert (tmp_path / name).stat().st_size > 500
    labeller = load_labeller(str(tmp_path / "labeller.keras"))
    crops = [np.repeat(image[..., None], 3, axis=-1) for image in faces.test.images[:14]]
    labels, probabilities = labeller.predict(crops)
    assert (np.array(labels) == faces.test.emotions[:14]).mean() > 0.85
    assert probabilities.sum(axis=1) == pytest.approx(1, abs=1e-5)


def test_architectures():
    small = labeller_training.build_network("emopy")
    kinds = [type(layer).__name__ for layer in small.layers]
    assert kinds.count("Conv2D") == 4
    assert kinds.count("MaxPooling2D") == 2
    with pytest.raises(InputError, match="unknown architecture 'vgg'; use one of emopy, emopy7"):
        labeller_training.build_network("vgg")


def test_the_large_network_has_the_widths_of_the_published_one():
    large = labeller_training.build_network("emopy7")
    assert [layer.filters for layer in large.layers if hasattr(layer, "filters")] == [
        *[64] * 2,
        *[128] * 2,
        *[256] * 2,
        *[512] * 2,
    ]
    assert large.output_shape == (None, 7)


def write_fer2013(path, rows):
    table = pd.DataFrame(rows, columns=["emotion", "pixels", "Usage"])
    table.to_csv(path, index=False)
    return path


def test_fer2013_csv(tmp_path):
    dark, light = " ".join(["0"] * 2304), " ".join(["255"] * 2304)
    path = write_fer2013(
        tmp_path / "fer2013.csv",
        [
            [0, dark, "Training"],
            [3, light, "Training"],
            [6, dark, "PublicTest"],
            [4, light, "PrivateTest"],
        ],
    )
    split = labeller_training.read_fer2013(path)
    assert split.training.emotions.tolist() == [Emotion.ANGER, Emotion.HAPPINESS]
    assert split.training.images.shape == (2, 48, 48)
    assert split.training.images[1].min() == 255
    assert split.validation.emotions.tolist() == [Emotion.CALM]
    assert split.test.emotions.tolist() == [Emotion.SADNESS]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([[0, "1 2", "Training"]], "line 2: its pixels are not 48×48 numbers"),
        (
            [[9, " ".join(["0"] * 2304), "Training"]],
            "line 2: emotion is .9.; it must be a number from 0 to 6",
        ),
        ([[0, "1", "PublicTest"]], "has no rows of Training"),
    ],
)
def test_bad_fer2013(tmp_path, rows, message):
    with pytest.raises(InputError, match=message):
        labeller_training.read_fer2013(write_fer2013(tmp_path / "fer2013.csv", rows))


def test_not_fer2013(tmp_path):
    (tmp_path / "a.csv").write_text("x,y\n1,2\n")
    with pytest.raises(InputError, match="there is no column emotion; its columns are x, y"):
        labeller_training.read_fer2013(tmp_path / "a.csv")


def write_folder(folder, emotions, count):
    random = np.random.default_rng(1)
    for emotion in emotions:
        (folder / emotion).mkdir(parents=True)
        for index in range(count):
            picture = random.integers(0, 256, (20, 30, 3), np.uint8)
            Image.fromarray(picture).save(folder / emotion / f"{index}.png")


def test_folders_of_emotions(tmp_path):
    write_folder(tmp_path, ["happy", "neutral"], 20)
    split = labeller_training.read_face_folder(tmp_path, share=0.2)
    assert [len(part) for part in (split.training, split.validation, split.test)] == [25, 7, 8]
    assert set(split.test.emotions.tolist()) == {Emotion.CALM, Emotion.HAPPINESS}
    assert split.training.images.shape == (25, 48, 48)


def test_train_and_test_folders(tmp_path):
    write_folder(tmp_path / "train", ["sad", "fear"], 10)
    write_folder(tmp_path / "test", ["sad", "fear"], 3)
    split = labeller_training.read_face_folder(tmp_path, share=0.2)
    assert [len(part) for part in (split.training, split.validation, split.test)] == [16, 4, 6]


def test_bad_folders(tmp_path):
    with pytest.raises(InputError, match="has no folders of pictures, one an emotion"):
        labeller_training.read_face_folder(tmp_path)
    write_folder(tmp_path, ["sad", "happy"], 2)
    with pytest.raises(InputError, match="4 pictures of 2 emotions, 2 of the rarest, are too few"):
        labeller_training.read_face_folder(tmp_path)
    (tmp_path / "misc").mkdir()
    with pytest.raises(InputError, match="unknown emotion 'misc'"):
        labeller_training.read_face_folder(tmp_path)


def test_other_keras_models_are_refused(tmp_path):
    import keras

    keras.Sequential([keras.Input([3]), keras.layers.Dense(7)]).save(tmp_path / "other.keras")
    with pytest.raises(InputError, match="is a Keras model, but no classifier of emotions"):
        load_labeller(str(tmp_path / "other.keras"))
    with pytest.raises(InputError, match=r"none\.keras does not exist"):
        load_labeller(str(tmp_path / "none.keras"))
