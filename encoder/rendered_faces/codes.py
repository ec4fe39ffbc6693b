"""The fixed maps z → face vector → w of the generator that ships with the package.

That generator is distilled from a renderer, so its latent spaces are chosen, not found: a rendered
face's vector (encoder/rendered_faces/parameters.py) is a piecewise linear function of z, and w a
linear one of the vector. Emotions are therefore linear in W by construction. Both maps are exactly
what a StyleGAN2 mapping network of two layers computes with the weights of `mapping_weights`.
"""

import numpy as np

from encoder.embedding.latents import W_SIZE
from encoder.rendered_faces.parameters import EXPRESSIONS, NUM_IDENTITY, NUM_PARAMETERS

HIDDEN_SIZE = 4 * NUM_PARAMETERS  # two knots a parameter, two units a knot
# Every entry of w is moved by this much, so that the leaky ReLU that ends a mapping network
# works on positive numbers only, where it is linear.
W_OFFSET = 2.0
# Face vectors have unequal spreads; in w, an identity entry has unit variance over U(-1, 1).
_IDENTITY_GAIN = np.sqrt(3.0)
_EMOTION_GAIN = 2.5
_IDENTITY_SLOPE = 0.6  # entry = clip(0.6 t, -1, 1), t ~ N(0, 1)
_EMOTION_KNOTS = (1.2, 2.5)  # strength = t - 1.2 between these, so 12 % of faces show an emotion
_LRELU_SLOPE = 0.2


def _orthonormal(rng: np.random.Generator, columns: int, orthogonal_to_ones: bool) -> np.ndarray:
    basis = rng.normal(size=(W_SIZE, columns))
    if orthogonal_to_ones:
        basis -= basis.mean(axis=0)
    return np.linalg.qr(basis)[0]


_RNG = np.random.default_rng(2020)  # the year of the thesis; any seed would do
_Z_AXES = _orthonormal(_RNG, NUM_PARAMETERS, orthogonal_to_ones=False)
_W_AXES = _orthonormal(_RNG, NUM_PARAMETERS, orthogonal_to_ones=True)
_W_AXES *= np.r_[[_IDENTITY_GAIN] * NUM_IDENTITY, [_EMOTION_GAIN] * len(EXPRESSIONS)]


def w_parts_from_vectors(vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Splits the w of face vectors [n, NUM_PARAMETERS] into what identity and emotions contribute.

    Returns:
        Two arrays [n, 512], float32; w is their sum plus `W_OFFSET`.
    """
    identity = vectors[:, :NUM_IDENTITY] @ _W_AXES[:, :NUM_IDENTITY].T
    emotion = vectors[:, NUM_IDENTITY:] @ _W_AXES[:, NUM_IDENTITY:].T
    return identity.astype(np.float32), emotion.astype(np.float32)


def w_from_vectors(vectors: np.ndarray) -> np.ndarray:
    """Face vectors [n, NUM_PARAMETERS] → w [n, 512], float32."""
    identity, emotion = w_parts_from_vectors(vectors)
    return identity + emotion + np.float32(W_OFFSET)


def vectors_from_z(z: np.ndarray) -> np.ndarray:
    """z [n, 512], standard normal → face vectors [n, NUM_PARAMETERS], float32."""
    z = z / np.sqrt(np.mean(np.square(z), axis=1, keepdims=True) + 1e-8)
    t = z @ _Z_AXES
    low, high = _EMOTION_KNOTS
    identity = np.clip(_IDENTITY_SLOPE * t[:, :NUM_IDENTITY], -1, 1)
    emotion = np.clip(t[:, NUM_IDENTITY:], low, high) - low
    return np.concatenate([identity, emotion], axis=1).astype(np.float32)


def mapping_weights() -> dict[str, np.ndarray]:
    """The two dense layers that compute z → w, as effective weights and biases, float32.

    Returns:
        `weight0` [512, HIDDEN_SIZE], `bias0`, `weight1` [HIDDEN_SIZE, 512], `bias1`, for layers
        x → √2 · lrelu(x · weight + bias) on a z of unit second moment.
    """
    # Hidden units: √2 · lrelu(±(t − knot)) for both knots of each parameter, from which
    # relu(t − knot) = (lrelu(t − knot) + 0.2 · lrelu(knot − t)) / (1 − 0.2²).
    edge = 1 / _IDENTITY_SLOPE
    knots = np.array([(-edge, edge)] * NUM_IDENTITY + [_EMOTION_KNOTS] * len(EXPRESSIONS))
    slopes = np.r_[[_IDENTITY_SLOPE] * NUM_IDENTITY, [1.0] * len(EXPRESSIONS)]
    start = np.r_[[-1.0] * NUM_IDENTITY, [0.0] * len(EXPRESSIONS)]
    signs = np.array([1, -1])
    weight0 = (_Z_AXES[:, :, None, None] * signs).repeat(2, axis=2)  # [512, P, knot, sign]
    bias0 = -knots[:, :, None] * signs
    relu = np.array([1, _LRELU_SLOPE]) / (1 - _LRELU_SLOPE**2) / np.sqrt(2)
    # parameter = start + slope · (relu(t − first knot) − relu(t − second knot))
    to_parameter = slopes[:, None, None] * np.array([1, -1])[:, None] * relu
    weight1 = to_parameter[..., None] * _W_AXES.T[:, None, None, :] / np.sqrt(2)
    bias1 = (start @ _W_AXES.T + W_OFFSET) / np.sqrt(2)
    layers = {
        "weight0": weight0.reshape(W_SIZE, HIDDEN_SIZE),
        "bias0": bias0.reshape(HIDDEN_SIZE),
        "weight1": weight1.reshape(HIDDEN_SIZE, W_SIZE),
        "bias1": bias1,
    }
    return {name: value.astype(np.float32) for name, value in layers.items()}
