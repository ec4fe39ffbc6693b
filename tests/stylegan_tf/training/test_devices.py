"""What is learnt on two devices is what is learnt on one, but for the order of sums."""

import os
import pathlib
import subprocess
import sys

import numpy as np
import pytest

ROOT = pathlib.Path(__file__).parents[3]

COMMON = """
import pathlib, sys
import numpy as np
import tensorflow as tf
from stylegan_tf.training.replicas import Replicas
folder = pathlib.Path(sys.argv[1])
tf.config.set_logical_device_configuration(
    tf.config.list_physical_devices("CPU")[0], [tf.config.LogicalDeviceConfiguration()] * 2
)
both = Replicas(tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"]))
RUNS = (("start", Replicas(), 1), ("one", Replicas(), 2), ("two", both, 2))
"""

CLASSIFIER = """
import keras
from emotion.labelling.training import build_network
from emotion.classifier_training import Epochs, Examples, train_classifier
random = np.random.default_rng(0)
def examples(count):
    return Examples(random.integers(0, 256, (count, 48, 48, 1), np.uint8), np.arange(count) % 7)
training, validation = examples(25), examples(14)  # the last batch has one example
for name, replicas, count in RUNS:
    with replicas.scope():
        network = build_network("emopy", 1)
        optimizer = keras.optimizers.SGD(1e-2)
    epochs = Epochs(count, 8, "loss", mirror=True)
    train_classifier(network, optimizer, training, validation, epochs, replicas=replicas)
    np.savez(folder / f"{name}.npz", *network.get_weights())
"""

COARSE = """
import functools, unittest.mock
import keras
from encoder.coarse.training import CoarseTraining, train_coarse_encoder
from stylegan_tf import Generator
generator = Generator.create(
    seed=1, resolution=32, fmap_base=128, fmap_max=16, mapping_layers=1, mapping_fmaps=512
)
# As it is, each replica takes the statistics of its own rows, and these differ.
synchronized = functools.partial(keras.layers.BatchNormalization, synchronized=True)
for name, replicas, count in RUNS:
    options = CoarseTraining(
        "small", None, 32, count, 4, 1e-2, validation_pairs=2, validate_every=count
    )
    keras.utils.set_random_seed(0)
    with (
        unittest.mock.patch("keras.optimizers.Adam", keras.optimizers.SGD),  # Adam enlarges noise
        unittest.mock.patch("keras.layers.BatchNormalization", synchronized),
    ):
        train_coarse_encoder(generator, folder / name, options, replicas=replicas)
    saved = tf.train.load_checkpoint(str(folder / name / "checkpoints"))
    names = sorted(k for k in saved.get_variable_to_shape_map() if k.startswith("network/"))
    np.savez(folder / f"{name}.npz", *map(saved.get_tensor, names))
"""

DISTILLED = """
import keras, unittest.mock
from encoder.rendered_faces.distillation import Stage, distil
def sgd(rate, **_):
    return keras.optimizers.SGD(rate)
for name, replicas, count in RUNS:
    stages = (Stage(16, 8, 32, count, 4, 3e-2, 3e-2),)
    with unittest.mock.patch("keras.optimizers.Adam", sgd):
        network = distil(folder / name, stages, replicas=replicas)
    np.savez(folder / f"{name}.npz", *(v.numpy() for v in network.variables_by_name.values()))
"""


@pytest.mark.parametrize(
    ("script", "limit"),
    # The distilled network computes in bfloat16, whose steps are 2⁻⁸.
    [(CLASSIFIER, 1e-5), (COARSE, 1e-5), (DISTILLED, 2e-3)],
    ids=["classifier", "coarse", "distilled"],
)
def test_two_devices_learn_what_one_does(tmp_path, script, limit):
    result = subprocess.run(
        [sys.executable, "-c", COMMON + script, str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr[-3000:]
    start, one, two = (dict(np.load(tmp_path / f"{n}.npz")) for n in ("start", "one", "two"))
    moved = []
    assert len(one) == len(two) > 4
    for name, value in one.items():
        scale = max(1.0, float(abs(value).max()))
        np.testing.assert_allclose(two[name], value, atol=limit * scale, err_msg=name)
        moved.append(bool(abs(start[name] - value).max() > 5 * limit * scale))
    assert sum(moved) >= 5  # the steps were large enough to tell
