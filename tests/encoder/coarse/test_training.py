import dataclasses
import json

import numpy as np
import pytest
import tensorflow as tf

from encoder.coarse.encoder import CoarseEncoder
from encoder.coarse.training import CoarseTraining, train_coarse_encoder
from stylegan_tf import Generator
from stylegan_tf.errors import InputError

OPTIONS = CoarseTraining(
    backbone="small",
    input_size=32,
    steps=24,
    batch_size=4,
    learning_rate=3e-3,
    validation_pairs=8,
    validate_every=12,
)


@pytest.fixture(scope="module")
def generator():
    return Generator.create(
        seed=1, resolution=32, fmap_base=128, fmap_max=16, mapping_layers=1, mapping_fmaps=512
    )


def _scalars(folder, name):
    """Step → value of what TensorBoard would show under that name."""
    values = {}
    for path in folder.iterdir():
        for record in tf.data.TFRecordDataset(str(path)):
            event = tf.compat.v1.Event.FromString(record.numpy())
            for value in event.summary.value:
                if value.tag == name:
                    assert value.metadata.plugin_data.plugin_name == "scalars"
                    values[event.step] = pytest.approx(tf.make_ndarray(value.tensor).item())
    return values


def test_trains_and_goes_on_where_it_stopped(tmp_path, generator):
    def kill(step):
        steps.append(step)
        if step == 15:
            raise KeyboardInterrupt

    steps = []
    with pytest.raises(KeyboardInterrupt):
        train_coarse_encoder(generator, tmp_path, OPTIONS, kill)
    first = CoarseEncoder.load(tmp_path / "encoder.npz", 8)
    first_error = json.loads((tmp_path / "report.json").read_text())["error"]
    steps.clear()
    report = train_coarse_encoder(generator, tmp_path, OPTIONS, steps.append)
    assert steps == list(range(13, 25))  # from the checkpoint of step 12
    assert report["steps"] == 24
    assert 0.5 < report["error"] < 1.3  # 1: always the mean face
    assert report["training_error"] < 1.2
    assert report["images_per_second"] > 0
    assert _scalars(tmp_path / "log", "error") == {12: first_error, 24: report["error"]}
    second = CoarseEncoder.load(tmp_path / "encoder.npz", 8)
    image = np.zeros((1, 32, 32, 3), np.uint8)
    assert np.abs(first.encode(image) - second.encode(image)).max() > 0
    # Nothing is left to do.
    assert train_coarse_encoder(generator, tmp_path, OPTIONS) == report
    with pytest.raises(InputError, match="holds no checkpoint of this model"):
        train_coarse_encoder(generator, tmp_path, dataclasses.replace(OPTIONS, backbone="resnet50"))


def test_refuses_a_wrong_part_of_mixed_pairs(tmp_path, generator):
    with pytest.raises(InputError, match="mixing must lie between 0 and 1, not 2"):
        train_coarse_encoder(generator, tmp_path, dataclasses.replace(OPTIONS, mixing=2))


def test_z_and_w_may_differ_in_width(tmp_path):
    narrow = Generator.create(
        resolution=32, fmap_base=64, fmap_max=8, latent_size=64, dlatent_size=48, seed=1
    )
    options = dataclasses.replace(OPTIONS, steps=2, validate_every=2)
    train_coarse_encoder(narrow, tmp_path, options)
    encoder = CoarseEncoder.load(tmp_path / "encoder.npz", 8, 48)
    assert encoder.encode([np.zeros((32, 32, 3), np.uint8)]).shape == (1, 8, 48)
    with pytest.raises(InputError, match=r"predicts W of width 48, the generator's has 512"):
        CoarseEncoder.load(tmp_path / "encoder.npz", 8, 512)
