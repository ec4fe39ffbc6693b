import numpy as np

from encoder.rendered_faces.head.learning.codes import (
    HIDDEN_SIZE,
    LATENT_SIZE,
    W_OFFSET,
    mapping_weights,
    vectors_from_w,
    vectors_from_z,
    w_from_vectors,
)
from encoder.rendered_faces.head.parameters import (
    NUM_PARAMETERS,
    NUM_PERSONAL,
    group_indices,
    index_of,
)


def draw(count: int = 4000) -> np.ndarray:
    return np.random.default_rng(0).normal(size=(count, LATENT_SIZE))


def test_w_keeps_the_whole_vector():
    vectors = np.random.default_rng(1).uniform(-1, 1, (5, NUM_PARAMETERS))

    w = w_from_vectors(vectors)

    assert w.shape == (5, LATENT_SIZE)
    np.testing.assert_allclose(vectors_from_w(w), vectors, atol=2e-6)


def test_an_emotion_is_a_straight_line_in_w():
    vectors = np.zeros((3, NUM_PARAMETERS))
    vectors[:, index_of("fear")] = [0, 0.5, 1]
    w = w_from_vectors(vectors)

    np.testing.assert_allclose(w[1], (w[0] + w[2]) / 2, atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(w[2] - w[0]), 2.5, rtol=1e-4)


def test_random_faces_vary_and_nearly_look_ahead():
    vectors = vectors_from_z(draw())

    assert np.abs(vectors[:, :NUM_PERSONAL]).max() <= 1
    assert 0.25 < vectors[:, group_indices("pose")].std() < 0.4
    assert 0.5 < vectors[:, index_of("nose_hump")].std() < 0.65
    assert 0.55 < vectors[:, index_of("melanin")].std() < 0.7
    shown = (vectors[:, NUM_PERSONAL:] > 0).any(axis=1).mean()
    assert 0.2 < shown < 0.28


def test_two_dense_layers_compute_the_same():
    z = draw(200)
    weights = mapping_weights()
    x = z / np.sqrt(np.mean(np.square(z), axis=1, keepdims=True) + 1e-8)
    for layer in range(2):
        x = x @ weights[f"weight{layer}"] + weights[f"bias{layer}"]
        x = np.sqrt(2) * np.where(x > 0, x, 0.2 * x)

    assert weights["weight0"].shape == (LATENT_SIZE, HIDDEN_SIZE)
    np.testing.assert_allclose(x, w_from_vectors(vectors_from_z(z)), atol=1e-3)


def test_w_is_positive_so_that_the_last_layer_is_linear():
    assert w_from_vectors(vectors_from_z(draw())).min() > 0
    assert W_OFFSET > 0
