"""What a rendered face is made of: named parameters, their ranges, and the seven expressions.

A face is one vector. Its first `NUM_IDENTITY` entries are drawn from U(-1, 1) and describe the
person, the hair, the light and the scene, each in a dimension of its own; the last six are the
strengths of the six emotions, 0 (calm) to about 1 (full), and may be mixed. Every choice is a
continuous ramp (hair grows, a beard fades in), so that the vector can serve as a latent code.

Lengths are in units of the distance between the eyes; colours are linear RGB in [0, 1].
"""

import types

import numpy as np

# The thesis' order (4.5), without calm, which is the absence of the others.
EXPRESSIONS = ("anger", "happiness", "surprise", "disgust", "fear", "sadness")

# name: (middle, half range). The value of a parameter is middle + half range × entry.
_IDENTITY = {
    # the head
    "face_width": (1.0, 0.11),
    "jaw_width": (0.015, 0.13),
    "chin_width": (0.02, 0.10),
    "chin_length": (0.0, 0.15),
    "cranium": (0.0, 0.09),
    "masculinity": (0.5, 0.5),
    "age": (0.5, 0.5),
    "yaw": (0.0, 0.12),
    # the eyes and brows
    "eye_width": (0.238, 0.034),
    "eye_height": (0.065, 0.011),
    "eye_tilt": (0.01, 0.075),
    "lid_crease": (0.06, 0.026),
    "iris": (0.5, 0.5),
    "brow_height": (-0.35, 0.065),
    "brow_thickness": (0.076, 0.036),
    "brow_arch": (0.06, 0.07),
    "brow_length": (0.31, 0.06),
    # the nose and mouth
    "nose_length": (0.64, 0.13),
    "nose_width": (0.205, 0.07),
    "nose_relief": (0.36, 0.10),
    "nose_bridge": (0.105, 0.043),
    "mouth_height": (1.1, 0.08),
    "mouth_width": (0.4, 0.085),
    "upper_lip": (0.092, 0.045),
    "lower_lip": (0.125, 0.05),
    "lip_redness": (0.55, 0.35),
    # skin and hair
    "skin_tone": (2.5, 2.5),
    "freckles": (0.1, 0.75),
    "beard": (-0.15, 0.95),
    "hair_lightness": (0.42, 0.5),
    "hair_redness": (0.05, 0.6),
    "hair_greyness": (-0.15, 0.75),
    "hair_length": (0.85, 1.7),
    "hairline": (-1.10, 0.15),
    "hair_volume": (0.2, 0.11),
    "parting": (0.0, 0.6),
    "fringe": (-0.05, 0.35),
    # light and scene
    "light_x": (0.0, 0.7),
    "light_y": (-0.32, 0.25),
    "ambient": (0.49, 0.07),
    "key_light": (0.95, 0.12),
    "warmth": (0.0, 0.09),
    "background_red": (0.27, 0.2),
    "background_green": (0.27, 0.2),
    "background_blue": (0.27, 0.2),
    "background_slope": (0.0, 0.5),
}
IDENTITY_NAMES = tuple(_IDENTITY)
NUM_IDENTITY = len(_IDENTITY)
NUM_PARAMETERS = NUM_IDENTITY + len(EXPRESSIONS)
_MIDDLE, _HALF_RANGE = np.array(list(_IDENTITY.values())).T

# How far each emotion moves the muscles of the face, at strength 1. The signs: brows up, inner
# brow ends up, brows down and together, lids apart, cheeks up, mouth corners up, mouth open, lips
# pressed, mouth wide, nose wrinkled, upper lip raised, lower lip lowered, chin raised.
_ACTIONS = {
    "anger": {
        "brow_up": 0.67, "brow_in": -0.57, "brow_down": 1.19, "lids": -0.43, "corner": -0.94,
        "open": 0.21, "press": 0.2, "wide": -0.6, "wrinkle": 0.12, "lower_lip": 0.35,
        "chin": 0.22,
    },
    "happiness": {
        "brow_up": -0.19, "brow_in": -0.04, "brow_down": -0.14, "lids": -0.51, "cheek": 0.9,
        "corner": 1.3, "open": 0.45, "wide": 0.75, "upper_lip": 0.6, "chin": 0.04,
    },
    "surprise": {
        "brow_up": 1.04, "brow_down": -0.08, "lids": 1.19, "open": 0.8, "press": 0.07,
        "wide": -0.56, "wrinkle": 0.06, "chin": 0.07,
    },
    "disgust": {
        "brow_up": -0.29, "brow_in": -0.36, "brow_down": 0.58, "lids": -0.6, "cheek": 0.71,
        "corner": -0.46, "open": 0.43, "wide": -0.6, "wrinkle": 1.13, "upper_lip": 1.3,
        "lower_lip": 0.56, "chin": 0.45,
    },
    "fear": {
        "brow_up": 0.54, "brow_in": 1.3, "brow_down": 0.67, "lids": 1.3, "corner": -0.86,
        "wide": 0.5, "wrinkle": 0.25, "upper_lip": 0.41, "lower_lip": 1.01,
    },
    "sadness": {
        "brow_up": -0.1, "brow_in": 1.3, "brow_down": 0.15, "lids": -0.6, "cheek": 0.56,
        "corner": -0.45, "press": 0.12, "wide": 0.27, "wrinkle": 0.06, "upper_lip": 0.24,
        "chin": 0.25,
    },
}  # fmt: skip
# A calm face: lids over the iris above and below, else it reads as fear (bared sclera).
_CALM = {
    "brow_up": 0.19,
    "brow_in": -0.19,
    "brow_down": 0.19,
    "lids": -0.4,
    "open": 0.04,
    "wide": 0.25,
    "chin": 0.18,
}
_ACTION_NAMES = (
    "brow_up", "brow_in", "brow_down", "lids", "cheek", "corner", "open", "press", "wide",
    "wrinkle", "upper_lip", "lower_lip", "chin",
)  # fmt: skip


def identity_values(vector: np.ndarray) -> types.SimpleNamespace:
    """The identity's parameters by name, from a face vector [NUM_PARAMETERS]."""
    values = _MIDDLE + _HALF_RANGE * np.asarray(vector[:NUM_IDENTITY], np.float64)
    return types.SimpleNamespace(**dict(zip(IDENTITY_NAMES, values.tolist(), strict=True)))


def muscle_actions(strengths: np.ndarray) -> types.SimpleNamespace:
    """How far each muscle moves, by name, for strengths [6] of the emotions of `EXPRESSIONS`.

    An emotion's actions are differences to the calm face, so that strengths add up linearly.
    """
    actions = {name: _CALM.get(name, 0.0) for name in _ACTION_NAMES}
    for strength, emotion in zip(np.asarray(strengths, float), EXPRESSIONS, strict=True):
        for name in _ACTION_NAMES:
            target = _ACTIONS[emotion].get(name, 0.0)
            actions[name] += float(strength) * (target - _CALM.get(name, 0.0))
    return types.SimpleNamespace(**actions)


def sample_identities(count: int, rng: np.random.Generator) -> np.ndarray:
    """Calm face vectors [count, NUM_PARAMETERS], float32, identity entries from U(-1, 1)."""
    vectors = np.zeros((count, NUM_PARAMETERS), np.float32)
    vectors[:, :NUM_IDENTITY] = rng.uniform(-1, 1, (count, NUM_IDENTITY))
    return vectors


def with_expression(vector: np.ndarray, expression: str, strength: float = 1.0) -> np.ndarray:
    """A copy of a face vector showing one expression: "calm" or one of `EXPRESSIONS`."""
    vector = np.array(vector, np.float32)
    vector[NUM_IDENTITY:] = 0
    if expression != "calm":
        vector[NUM_IDENTITY + EXPRESSIONS.index(expression)] = strength
    return vector
