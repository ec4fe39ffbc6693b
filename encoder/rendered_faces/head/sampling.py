"""Draws face vectors: persons as they should be spread, and what they show."""

import numpy as np

from encoder.rendered_faces.head.parameters import (
    EMOTIONS,
    GROUPS,
    NUM_PARAMETERS,
    NUM_PERSONAL,
    group_indices,
    index_of,
)

# Entries that describe the picture rather than the person.
PICTURE_NAMES = (
    "yaw", "pitch", "gaze_x", "gaze_y", "light_azimuth", "light_elevation", "light_softness",
    "light_warmth", "key_light", "fill_light", "background_top", "background_bottom",
    "background_hue", "background_tint",
)  # fmt: skip
_SHAPE_SPREAD = 0.5  # standard deviation of shape entries, before clipping
_STILL = 0.25  # this part of the pictures looks straight ahead
STRONGEST = 1.2  # a lone emotion goes up to here, so that a direction may overshoot


def sample_persons(count: int, rng: np.random.Generator) -> np.ndarray:
    """Calm frontal faces [count, NUM_PARAMETERS], float32, each in a light and scene of its own.

    Shape entries are drawn from a clipped normal distribution, all others evenly.
    """
    vectors = np.zeros((count, NUM_PARAMETERS), np.float32)
    vectors[:, :NUM_PERSONAL] = rng.uniform(-1, 1, (count, NUM_PERSONAL))
    shapes = [
        index_of(name)
        for group in ("head", "features")
        for name in GROUPS[group]
        if name.startswith(
            ("head_", "forehead_", "chin_", "cheek_", "ear_", "neck_", "nose_", "mouth_", "eye_",
             "eyebrows_", "weight")
        )
    ]  # fmt: skip
    vectors[:, shapes] = np.clip(rng.normal(0, _SHAPE_SPREAD, (count, len(shapes))), -1, 1)
    vectors[:, [index_of(name) for name in ("yaw", "pitch", "gaze_x", "gaze_y")]] = 0
    return vectors


def with_emotion(vector: np.ndarray, emotion: str, strength: float = 1.0) -> np.ndarray:
    """A copy of a face vector that shows one emotion: `calm` or one of `EMOTIONS`."""
    vector = np.array(vector, np.float32)
    vector[NUM_PERSONAL:] = 0
    if emotion != "calm":
        vector[index_of(emotion)] = strength
    return vector


def with_picture(vector: np.ndarray, other: np.ndarray) -> np.ndarray:
    """A copy of a face vector in the pose, light and background of another."""
    vector = np.array(vector, np.float32)
    picture = [index_of(name) for name in PICTURE_NAMES]
    vector[picture] = other[picture]
    return vector


def sample_faces(count: int, rng: np.random.Generator, pose: float = 1.0) -> np.ndarray:
    """Faces to train on [count, NUM_PARAMETERS]: 25 % calm, 55 % one emotion, 20 % two.

    Args:
      pose: yaw and pitch are drawn from this part of their ranges.
    """
    vectors = sample_persons(count, rng)
    turned = np.concatenate([group_indices("pose"), [index_of("gaze_x"), index_of("gaze_y")]])
    moving = rng.random((count, 1)) >= _STILL
    vectors[:, turned] = rng.uniform(-1, 1, (count, len(turned))) * moving
    vectors[:, group_indices("pose")] *= pose
    kind = rng.choice(3, count, p=(0.25, 0.55, 0.2))
    first, second = rng.permuted(np.tile(np.arange(len(EMOTIONS)), (count, 1)), axis=1)[:, :2].T
    rows = np.arange(count)
    one, two = kind == 1, kind == 2
    lone, pairs = rng.uniform(0.2, STRONGEST, count), rng.uniform(0, 0.7, (2, count))
    vectors[rows, NUM_PERSONAL + first] = np.where(one, lone, np.where(two, pairs[0], 0))
    vectors[rows, NUM_PERSONAL + second] = np.where(two, pairs[1], 0)
    return vectors
