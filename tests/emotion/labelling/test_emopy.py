import pathlib

import numpy as np
import pytest

from emotion import Emotion
from emotion.labelling import emopy
from emotion.labelling.grey import resize_bilinear, to_grey
from emotion.labelling.registry import load_labeller
from stylegan_tf.errors import InputError

DATA = pathlib.Path(__file__).parents[2] / "data" / "emotion"


@pytest.fixture(scope="module")
def golden():
    with np.load(DATA / "emopy_synthetic.npz") as arrays:
        return dict(arrays)


@pytest.mark.parametrize("subset", emopy.SUBSETS)
def test_golden_outputs(golden, subset):
    labeller = load_labeller(f"emopy:{subset}")
    expected = golden[f"raw/{subset}"]
    assert [e.label for e in labeller.classes] == list(golden[f"classes/{subset}"])
    raw = labeller.network(golden["images"].astype(np.float32)).numpy()
    assert np.abs(raw - expected).max() <= 1e-5 * np.abs(expected).max()
    faces = np.repeat(golden["images"], 3, axis=-1)
    labels, probabilities = labeller.predict(faces)
    assert labels == [labeller.classes[index] for index in expected.argmax(axis=1)]
    others = [emotion for emotion in Emotion if emotion not in labeller.classes]
    assert not probabilities[:, others].any()
    assert probabilities.sum(axis=1) == pytest.approx(1, abs=1e-5)


def test_all_nine_are_tested(golden):
    assert {key.removeprefix("raw/") for key in golden if key.startswith("raw/")} == set(
        emopy.SUBSETS
    )


@pytest.mark.parametrize("kind", ["rgb", "rgba", "p"])
def test_golden_preprocessing(kind):
    with np.load(DATA / "emopy_preprocess.npz") as arrays:
        picture, grey, small = (
            arrays[f"{kind}/{step}"] for step in ("imread", "gray", "resized48")
        )
    assert np.array_equal(to_grey(picture, swap_channels=True), grey)
    # OpenCV interpolates in fixed point.
    difference = resize_bilinear(grey, 48).astype(int) - small
    assert np.abs(difference).max() <= 1
    assert (difference != 0).mean() < 0.2


def test_nothing_known_is_even(golden):
    labeller = load_labeller("emopy:03")
    outputs = np.array([[0, 0], [1, 3]], np.float32)
    assert labeller.to_probabilities(outputs).tolist() == [[0.5, 0.5], [0.25, 0.75]]


def test_unknown_subset():
    with pytest.raises(InputError, match="EmoPy has no classifier '34'; use one of 012, 025"):
        load_labeller("emopy:34")


def test_lfs_pointer_is_recognised(tmp_path):
    pointer = tmp_path / emopy.SEVEN_FILE
    pointer.write_text(
        "version https://git-lfs.github.com/spec/v1\n"
        f"oid sha256:{emopy.SEVEN_SHA256}\nsize {emopy.SEVEN_BYTES}\n"
    )
    assert pointer.stat().st_size == 134
    with pytest.raises(InputError, match="is a Git LFS pointer of 134 bytes, not the model"):
        load_labeller(str(pointer))


def test_wrong_seven_class_files(tmp_path):
    with pytest.raises(InputError, match=r"none\.h5 does not exist; download conv_model_0123456"):
        load_labeller(str(tmp_path / "none.h5"))
    (tmp_path / "other.h5").write_bytes(b"something else")
    with pytest.raises(InputError, match="is not EmoPy's file: its SHA-256 is"):
        load_labeller(str(tmp_path / "other.h5"))


def test_seven_classes_from_a_file_of_their_form(tmp_path, monkeypatch):
    """The published file cannot be had here; one of the same kind stands in for it."""
    path = write_seven(tmp_path / "seven.h5")
    monkeypatch.setattr(emopy, "SEVEN_SHA256", sha256(path))
    labeller = load_labeller(str(path))
    assert labeller.name == "emopy7"
    assert [e.label for e in labeller.classes] == [
        "anger",
        "fear",
        "sadness",
        "calm",
        "happiness",
        "surprise",
        "disgust",
    ]
    labels, probabilities = labeller.predict([np.full((60, 50, 3), 90, np.uint8)])
    # The stand-in's bias favours its output 3.
    assert labels == [Emotion.CALM]
    assert probabilities[0, Emotion.CALM] > 0.9


def test_auto_takes_emopy7_when_it_is_there(tmp_path, monkeypatch, caplog):
    monkeypatch.setenv("STYLEGAN_VIDEO_CACHE", str(tmp_path))
    assert load_labeller("auto").name == "fer"
    path = write_seven(tmp_path / emopy.SEVEN_FILE)
    monkeypatch.setattr(emopy, "SEVEN_SHA256", sha256(path))
    assert load_labeller("auto").name == "emopy7"


def sha256(path):
    import hashlib

    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_seven(path):
    """A Keras 2 file with batch normalisation and a dictionary for a configuration."""
    import json

    import h5py

    layers = [
        {
            "class_name": "BatchNormalization",
            "config": {
                "name": "bn",
                "batch_input_shape": [None, 48, 48, 1],
                "axis": -1,
                "epsilon": 1e-3,
                "center": True,
                "scale": True,
            },
        },
        {"class_name": "Dropout", "config": {"name": "drop", "rate": 0.5}},
        {"class_name": "Flatten", "config": {"name": "flat"}},
        {
            "class_name": "Dense",
            "config": {"name": "dense", "units": 7, "activation": "softmax", "use_bias": True},
        },
    ]
    config = {"class_name": "Sequential", "config": {"name": "s", "layers": layers}}
    bias = np.zeros(7, np.float32)
    bias[3] = 6
    weights = {
        "bn": {"gamma": np.ones(1), "beta": np.zeros(1), "mean": np.zeros(1), "var": np.ones(1)},
        "drop": {},
        "flat": {},
        "dense": {"kernel": np.zeros((48 * 48, 7)), "bias": bias},
    }
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = json.dumps(config).encode()
        group = file.create_group("model_weights")
        group.attrs["layer_names"] = [name.encode() for name in weights]
        for name, arrays in weights.items():
            layer = group.create_group(name)
            layer.attrs["weight_names"] = [f"{name}/{w}:0".encode() for w in arrays]
            for w, array in arrays.items():
                layer.create_dataset(f"{name}/{w}:0", data=array.astype(np.float32))
    return path
