import numpy as np

from encoder.rendered_faces.codes import (
    W_OFFSET,
    mapping_weights,
    vectors_from_z,
    w_from_vectors,
    w_parts_from_vectors,
)
from encoder.rendered_faces.parameters import NUM_IDENTITY, NUM_PARAMETERS


def _z(count):
    return np.random.default_rng(0).normal(size=(count, 512))


def test_mapping_weights_compute_the_fixed_map():
    z = _z(2000)
    weights = mapping_weights()
    x = z / np.sqrt(np.mean(z**2, axis=1, keepdims=True))
    for layer in range(2):
        x = x @ weights[f"weight{layer}"] + weights[f"bias{layer}"]
        x = np.sqrt(2) * np.where(x > 0, x, 0.2 * x)
    np.testing.assert_allclose(x, w_from_vectors(vectors_from_z(z)), atol=2e-6)


def test_w_is_positive_so_that_the_last_activation_is_linear():
    assert w_from_vectors(vectors_from_z(_z(5000))).min() > 0


def test_faces_are_in_range_and_half_of_them_calm():
    vectors = vectors_from_z(_z(5000))
    assert vectors.shape == (5000, NUM_PARAMETERS)
    assert np.abs(vectors[:, :NUM_IDENTITY]).max() <= 1
    strengths = vectors[:, NUM_IDENTITY:]
    assert strengths.min() == 0
    assert 0.45 < (strengths == 0).all(axis=1).mean() < 0.55


def test_parts_are_orthogonal_and_add_up():
    vectors = vectors_from_z(_z(10))
    identity, emotion = w_parts_from_vectors(vectors)
    np.testing.assert_allclose(identity + emotion + W_OFFSET, w_from_vectors(vectors), atol=1e-6)
    np.testing.assert_allclose(identity @ emotion.T, 0, atol=1e-5)
