"""Training of emotion classifiers on labelled pictures (thesis 3.5: EmoPy's networks)."""

import dataclasses
import os
import pathlib
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
import sklearn.metrics
import sklearn.model_selection
import tensorflow as tf

from emotion import plots
from emotion.classifier_training import Epochs, Examples, train_classifier
from emotion.emotion import Emotion
from emotion.labelling.grey import resize_bilinear, to_grey
from encoder.images import list_images, read_image
from stylegan_tf.errors import InputError
from stylegan_tf.files.json_files import write_json
from stylegan_tf.files.keras_archives import save_model
from stylegan_tf.files.tables import int_column, read_table
from stylegan_tf.training.replicas import Replicas

INPUT_SIZE = 48
_TEST_BATCH = 256
ARCHITECTURES = ("emopy", "emopy7")
# FER-2013's numbers; the data set's own order, not EmoPy's and not the thesis'.
FER2013_COLUMNS = ("emotion", "pixels", "Usage")
FER2013_CLASSES = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
_FER2013_PARTS = {"Training": "training", "PublicTest": "validation", "PrivateTest": "test"}


@dataclasses.dataclass(frozen=True)
class LabelledFaces:
    """Grey faces uint8 `[n, 48, 48]` and the emotion of each, int64 `[n]`."""

    images: np.ndarray
    emotions: np.ndarray

    def __len__(self) -> int:
        return len(self.emotions)

    def examples(self) -> Examples:
        """As a network takes them."""
        return Examples(self.images[..., None], self.emotions)


@dataclasses.dataclass(frozen=True)
class FaceSplit:
    """Faces to learn from, to choose the best epoch by, and to report on."""

    training: LabelledFaces
    validation: LabelledFaces
    test: LabelledFaces


@dataclasses.dataclass(frozen=True)
class LabellerTraining:
    """Settings of one training."""

    architecture: str
    epochs: int
    batch_size: int
    learning_rate: float
    seed: int


def read_fer2013(path: str | os.PathLike) -> FaceSplit:
    """Reads FER-2013's csv: emotion, pixels (48×48 grey values), Usage.

    Its PublicTest part validates and its PrivateTest part tests, as in the challenge.

    Raises:
        InputError: the file is missing or of another form.
    """
    if not pathlib.Path(path).is_file():
        raise InputError(f"{path} does not exist")
    table = read_table(path, FER2013_COLUMNS)
    order = np.array([Emotion.from_name(name) for name in FER2013_CLASSES])
    parts = {}
    for usage, part in _FER2013_PARTS.items():
        rows = table[table["Usage"] == usage]
        if not len(rows):
            raise InputError(f"{path} has no rows of {usage}")
        emotions = order[int_column(rows, "emotion", path, len(order) - 1)]
        images = [_parse_pixels(text, path, line) for line, text in rows["pixels"].items()]
        parts[part] = LabelledFaces(np.stack(images), emotions)
    return FaceSplit(**parts)


def _parse_pixels(text: str, path: str | os.PathLike, line: int) -> np.ndarray:
    try:
        pixels = np.array(text.split(), np.uint8)
        return pixels.reshape(INPUT_SIZE, INPUT_SIZE)
    except (ValueError, OverflowError):
        raise InputError(
            f"{path}, line {line}: its pixels are not {INPUT_SIZE}×{INPUT_SIZE} numbers from 0 to "
            "255"
        ) from None


def read_face_folder(folder: str | os.PathLike, share: float = 0.15, seed: int = 0) -> FaceSplit:
    """Reads pictures of face crops in one folder an emotion, such as `happy/0001.jpg`.

    With folders `train` and `test` in between (as FER-2013 is also passed around), `test` tests;
    else `share` of the pictures does. `share` of the rest validates.

    Raises:
        InputError: there is no such folder, or a folder's name is no emotion.
    """
    folder = pathlib.Path(folder)
    if not folder.is_dir():
        raise InputError(f"{folder} is not a folder")
    if not 0 < share < 0.5:
        raise InputError(f"the held-out share {share} is not between 0 and 0.5")
    if (folder / "train").is_dir() and (folder / "test").is_dir():
        rest, test = _read_class_folders(folder / "train"), _read_class_folders(folder / "test")
    else:
        rest, test = _hold_out(_read_class_folders(folder), share, seed)
    training, validation = _hold_out(rest, share, seed)
    return FaceSplit(training, validation, test)


def build_network(architecture: str, seed: int = 0) -> keras.Model:
    """An untrained classifier: grey `[n, 48, 48, 1]`, 0 to 255 → probabilities `[n, 7]`.

    "emopy" has the four 4×4 convolutions of ten filters and two poolings of EmoPy's subset models.
    Unlike those it pools over height and width and ends in a softmax. "emopy7" is of the size of
    EmoPy's seven-class network: pairs of 4×4 convolutions of 64, 128, 256 and 512 filters with
    batch normalisation and dropout, and dense layers of 512, 256 and 128.

    Raises:
        InputError: `architecture` is neither.
    """
    if architecture not in ARCHITECTURES:
        raise InputError(
            f"unknown architecture {architecture!r}; use one of {', '.join(ARCHITECTURES)}"
        )
    seeds = iter(np.random.default_rng(seed).integers(0, 2**31, 64).tolist())
    x = inputs = keras.Input([INPUT_SIZE, INPUT_SIZE, 1])
    x = keras.layers.Rescaling(1 / 127.5, offset=-1)(x)
    if architecture == "emopy":
        for _ in range(2):
            x = _convolution(x, 10, "valid", seeds)
            x = _convolution(x, 10, "valid", seeds)
            x = keras.layers.MaxPooling2D()(x)
        x = keras.layers.Flatten()(x)
    else:
        for filters in (64, 128, 256, 512):
            for _ in range(2):
                x = _convolution(x, filters, "same", seeds)
                x = keras.layers.BatchNormalization()(x)
            x = keras.layers.MaxPooling2D()(x)
            x = keras.layers.Dropout(0.25, seed=next(seeds))(x)
        x = keras.layers.Flatten()(x)
        for units in (512, 256, 128):
            x = keras.layers.Dense(units, "relu", kernel_initializer=_he(seeds))(x)
            x = keras.layers.Dropout(0.25, seed=next(seeds))(x)
    start = keras.initializers.GlorotUniform(next(seeds))
    x = keras.layers.Dense(len(Emotion), "softmax", kernel_initializer=start)(x)
    return keras.Model(inputs, x, name=architecture)


def train_labeller(
    faces: FaceSplit,
    output: str | os.PathLike,
    settings: LabellerTraining,
    **more: Any,
) -> dict:
    """Trains a classifier, keeps its best epoch, and reports on the test faces.

    Pictures are mirrored at random. Writes `NAME.keras`, and beside it `NAME.json` (accuracy,
    report by emotion, confusion matrix), `NAME_confusion.png` and `NAME_loss.png`.

    Args:
        faces: to learn from, to choose by and to report on.
        output: the .keras file.
        settings: of the network and its training.
        **more: `folder`, `replicas` and `on_epoch` of `train_classifier`.

    Returns:
        The report.
    """
    output = pathlib.Path(output)
    with (more.get("replicas") or Replicas()).scope():
        network = build_network(settings.architecture, settings.seed)
        optimizer = keras.optimizers.Adam(settings.learning_rate)
    history, best_epoch = train_classifier(
        network,
        optimizer,
        faces.training.examples(),
        faces.validation.examples(),
        Epochs(settings.epochs, settings.batch_size, "accuracy", mirror=True, seed=settings.seed),
        **more,
    )
    # In one graph at a fixed size of batch: predict would divide the data among the devices.
    images = faces.test.images[..., None].astype(np.float32)
    parts = [images[i : i + _TEST_BATCH] for i in range(0, len(images), _TEST_BATCH)]
    run = tf.function(lambda batch: network(batch, training=False), reduce_retracing=True)
    guesses = np.concatenate([run(part).numpy().argmax(axis=1) for part in parts])
    labels = list(range(len(Emotion)))
    confusion = sklearn.metrics.confusion_matrix(faces.test.emotions, guesses, labels=labels)
    report = {
        "settings": dataclasses.asdict(settings),
        "parameters": network.count_params(),
        "faces": {name: len(getattr(faces, name)) for name in ("training", "validation", "test")},
        "best_epoch": best_epoch,
        "test_accuracy": float((guesses == faces.test.emotions).mean()),
        "order": [emotion.label for emotion in Emotion],
        "confusion": confusion.tolist(),
        "class_report": sklearn.metrics.classification_report(
            faces.test.emotions,
            guesses,
            labels=labels,
            target_names=[emotion.label for emotion in Emotion],
            output_dict=True,
            zero_division=0,
        ),
        "history": dataclasses.asdict(history),
    }
    stem = output.with_suffix("")
    plots.plot_matrix(f"{stem}_confusion.png", confusion, "true emotion", "read as")
    plots.plot_loss(f"{stem}_loss.png", history.loss, history.validation_loss)
    write_json(f"{stem}.json", report)
    bare = keras.Model(network.inputs[0], network.outputs[0], name=settings.architecture)
    save_model(bare, output)
    return report


def _convolution(
    x: keras.KerasTensor, filters: int, padding: str, seeds: Iterator[int]
) -> keras.KerasTensor:
    return keras.layers.Conv2D(
        filters, 4, padding=padding, activation="relu", kernel_initializer=_he(seeds)
    )(x)


def _he(seeds: Iterator[int]) -> keras.initializers.Initializer:
    return keras.initializers.HeNormal(seed=next(seeds))


def _read_class_folders(folder: pathlib.Path) -> LabelledFaces:
    images, emotions = [], []
    for path in sorted(path for path in folder.iterdir() if path.is_dir()):
        emotion = Emotion.from_name(path.name)
        for file in list_images(path):
            images.append(resize_bilinear(to_grey(read_image(file)), INPUT_SIZE))
            emotions.append(emotion)
    if not images:
        raise InputError(f"{folder} has no folders of pictures, one an emotion")
    return LabelledFaces(np.stack(images), np.array(emotions, np.int64))


def _hold_out(faces: LabelledFaces, share: float, seed: int) -> tuple[LabelledFaces, LabelledFaces]:
    rarest = np.unique(faces.emotions, return_counts=True)[1].min()
    classes = len(np.unique(faces.emotions))
    if rarest < 2 or min(share, 1 - share) * len(faces) < classes:
        raise InputError(
            f"{len(faces)} pictures of {classes} emotions, {rarest} of the rarest, are too few to "
            f"hold out {share:.0%} of them"
        )
    kept, held_out = sklearn.model_selection.train_test_split(
        np.arange(len(faces)), test_size=share, random_state=seed, stratify=faces.emotions
    )
    return (
        LabelledFaces(faces.images[kept], faces.emotions[kept]),
        LabelledFaces(faces.images[held_out], faces.emotions[held_out]),
    )
