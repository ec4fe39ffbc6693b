"""The fixed maps z → face vector → w of the generator that is distilled from the renderer.

Its latent spaces are chosen, not found: a face vector is a piecewise linear function of z, and w a
linear one of the vector. Emotions, pose and all else are therefore linear in W by construction.
Both maps are exactly what a StyleGAN2 mapping network of two layers computes with the weights of
`mapping_weights`.
"""

import numpy as np

from encoder.rendered_faces.head.parameters import (
    EMOTIONS,
    GROUPS,
    NAMES,
    NUM_PARAMETERS,
    NUM_PERSONAL,
    group_indices,
    index_of,
)

LATENT_SIZE = 512
HIDDEN_SIZE = 4 * NUM_PARAMETERS  # two knots a parameter, two units a knot
# Every entry of w is moved by this much, so that the leaky ReLU that ends a mapping network
# works on positive numbers only, where it is linear.
W_OFFSET = 2.5
# In w an entry has about unit variance; emotions and pose weigh more, as little else shows them.
_GAIN, _EMOTION_GAIN, _POSE_GAIN = np.sqrt(3.0), 2.5, 2.5
# entry = clip(slope · t, -1, 1), t ~ N(0, 1). Random faces look nearly ahead.
_SLOPE, _SHAPE_SLOPE, _POSE_SLOPE, _GAZE_SLOPE = 0.8, 0.65, 0.35, 0.3
_EMOTION_KNOTS = (1.7, 2.9)  # strength = t - 1.7 between these: 4.5 % of faces show an emotion
_LRELU_SLOPE = 0.2
_SEED = 2020  # the year of the thesis; any seed would do


def _orthonormal(rng: np.random.Generator, orthogonal_to_ones: bool) -> np.ndarray:
    basis = rng.normal(size=(LATENT_SIZE, NUM_PARAMETERS))
    if orthogonal_to_ones:
        basis -= basis.mean(axis=0)
    return np.linalg.qr(basis)[0]


def _gains() -> np.ndarray:
    gains = np.full(NUM_PARAMETERS, _GAIN)
    gains[NUM_PERSONAL:] = _EMOTION_GAIN
    gains[group_indices("pose")] = _POSE_GAIN
    return gains


def _slopes() -> np.ndarray:
    slopes = np.full(NUM_PERSONAL, _SLOPE)
    shapes = [name for name in GROUPS["head"] + GROUPS["features"] if _is_shape(name)]
    slopes[[index_of(name) for name in shapes]] = _SHAPE_SLOPE
    slopes[group_indices("pose")] = _POSE_SLOPE
    slopes[[index_of("gaze_x"), index_of("gaze_y")]] = _GAZE_SLOPE
    return slopes


def _is_shape(name: str) -> bool:
    others = ("hair", "brow_", "beard", "stubble", "collar", "african", "asian", "sex", "age")
    return not name.startswith(others)


_RNG = np.random.default_rng(_SEED)
_Z_AXES = _orthonormal(_RNG, orthogonal_to_ones=False)
W_AXES = _orthonormal(_RNG, orthogonal_to_ones=True) * _gains()
"""[512, NUM_PARAMETERS]: how far w moves for 1 in each entry of the vector."""
_SLOPES = _slopes()
assert len(_SLOPES) == len(NAMES)


def w_from_vectors(vectors: np.ndarray) -> np.ndarray:
    """Face vectors [n, NUM_PARAMETERS] → w [n, 512], float32."""
    return (vectors @ W_AXES.T + W_OFFSET).astype(np.float32)


def vectors_from_w(w: np.ndarray) -> np.ndarray:
    """w [n, 512] → the face vectors [n, NUM_PARAMETERS] that it stands for, float32."""
    inverse = W_AXES / np.square(W_AXES).sum(axis=0)
    return ((w - W_OFFSET) @ inverse).astype(np.float32)


def vectors_from_z(z: np.ndarray) -> np.ndarray:
    """z [n, 512], standard normal → face vectors [n, NUM_PARAMETERS], float32."""
    z = z / np.sqrt(np.mean(np.square(z), axis=1, keepdims=True) + 1e-8)
    t = z @ _Z_AXES
    low, high = _EMOTION_KNOTS
    personal = np.clip(_SLOPES * t[:, :NUM_PERSONAL], -1, 1)
    emotion = np.clip(t[:, NUM_PERSONAL:], low, high) - low
    return np.concatenate([personal, emotion], axis=1).astype(np.float32)


def mapping_weights() -> dict[str, np.ndarray]:
    """The two dense layers that compute z → w, as effective weights and biases, float32.

    Returns:
        `weight0` [512, HIDDEN_SIZE], `bias0`, `weight1` [HIDDEN_SIZE, 512], `bias1`, for layers
        x → √2 · lrelu(x · weight + bias) on a z of unit second moment.
    """
    # Hidden units: √2 · lrelu(±(t − knot)) for both knots of each parameter, from which
    # relu(t − knot) = (lrelu(t − knot) + 0.2 · lrelu(knot − t)) / (1 − 0.2²).
    edges = 1 / _SLOPES
    knots = np.concatenate([np.stack([-edges, edges], axis=1), [_EMOTION_KNOTS] * len(EMOTIONS)])
    slopes = np.concatenate([_SLOPES, np.ones(len(EMOTIONS))])
    start = np.concatenate([np.full(NUM_PERSONAL, -1.0), np.zeros(len(EMOTIONS))])
    signs = np.array([1, -1])
    weight0 = (_Z_AXES[:, :, None, None] * signs).repeat(2, axis=2)  # [512, P, knot, sign]
    bias0 = -knots[:, :, None] * signs
    relu = np.array([1, _LRELU_SLOPE]) / (1 - _LRELU_SLOPE**2) / np.sqrt(2)
    # entry = start + slope · (relu(t − first knot) − relu(t − second knot))
    to_entry = slopes[:, None, None] * np.array([1, -1])[:, None] * relu
    weight1 = to_entry[..., None] * W_AXES.T[:, None, None, :] / np.sqrt(2)
    bias1 = (start @ W_AXES.T + W_OFFSET) / np.sqrt(2)
    layers = {
        "weight0": weight0.reshape(LATENT_SIZE, HIDDEN_SIZE),
        "bias0": bias0.reshape(HIDDEN_SIZE),
        "weight1": weight1.reshape(HIDDEN_SIZE, LATENT_SIZE),
        "bias1": bias1,
    }
    return {name: value.astype(np.float32) for name, value in layers.items()}
