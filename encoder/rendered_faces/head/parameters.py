"""The vector a face is made of, and what its entries mean.

A face is `NUM_PARAMETERS` numbers: all but the last six lie in [-1, 1], the last six are strengths
of the six emotions, 0 (calm) to 1 (full) and a little beyond. Everything is a continuous ramp, so
that the vector can serve as a latent code. Groups say which layers of a generator should know of
an entry.
"""

import dataclasses

import numpy as np

from encoder.rendered_faces.head.ramps import smoothstep
from encoder.rendered_faces.head.shape_targets import FEATURE_PAIRS, HEAD_PAIRS, RACES

# The thesis' order (4.5), without calm, which is the absence of the others.
EMOTIONS = ("anger", "happiness", "surprise", "disgust", "fear", "sadness")

# Entries by group, in the order of the vector; emotions come last.
GROUPS = {
    "pose": ("yaw", "pitch"),
    "head": (
        *(pair.name for pair in HEAD_PAIRS),
        "african", "asian", "sex", "age", "weight",
        "hair_length", "hair_volume", "hair_curl", "hair_parting", "hair_fringe", "hairline",
        "collar",
    ),
    "features": (
        *(pair.name for pair in FEATURE_PAIRS),
        "brow_height", "brow_thickness", "brow_arch", "beard", "stubble", "gaze_x", "gaze_y",
    ),
    "colour": (
        "melanin", "redness", "freckles", "oil", "lip_colour", "iris_hue", "iris_light",
        "hair_dark", "hair_red", "hair_grey", "brow_dark",
        "light_azimuth", "light_elevation", "light_softness", "light_warmth", "key_light",
        "fill_light", "background_top", "background_bottom", "background_hue",
        "background_tint", "shirt", "shirt_hue",
    ),
}  # fmt: skip
NAMES = tuple(name for group in GROUPS.values() for name in group)
NUM_PERSONAL = len(NAMES)
NUM_PARAMETERS = NUM_PERSONAL + len(EMOTIONS)
_INDEX = {name: index for index, name in enumerate(NAMES)}

YAW_RANGE = 25.0  # degrees at entry 1; positive turns the face to the viewer's right
PITCH_RANGE = 15.0  # degrees at entry 1; positive looks down
GAZE_RANGE = (14.0, 8.0)  # degrees to the viewer's right and up, at entry 1
_HAIR_LENGTHS = (0.05, 3.4)  # decimetres


@dataclasses.dataclass(frozen=True)
class Person:
    """Shape and skin."""

    race: tuple[float, ...]  # weights of RACES, sum 1
    sex: float  # 0 female, 1 male
    age: float  # 0 young, 1 old
    weight: float  # -1 to 1
    pairs: tuple[float, ...]  # of HEAD_PAIRS + FEATURE_PAIRS, weight of plus or -minus
    melanin: float
    redness: float
    freckles: float  # 0 to 1, as all below
    oil: float
    lip_colour: float  # -1 to 1
    iris: tuple[float, ...]  # weights of blue, green, grey, light brown, brown


@dataclasses.dataclass(frozen=True)
class Hair:
    """Hair on the head, brows and beard."""

    length: float  # decimetres
    volume: float  # 0 to 1, as all below but the parting
    curl: float
    parting: float  # -1 (viewer's left) to 1
    fringe: float
    recession: float
    colour: tuple[float, float, float]  # linear RGB
    grey: float
    brow_height: float  # -1 to 1
    brow_thickness: float  # 0 to 1, as all below
    brow_arch: float
    brow_dark: float
    beard: float
    stubble: float


@dataclasses.dataclass(frozen=True)
class Light:
    """A soft key light, a fill light, and surroundings."""

    azimuth: float  # degrees, positive from the viewer's right
    elevation: float  # degrees
    softness: float  # 0 to 1
    warmth: float  # -1 cold to 1 warm
    key: float
    fill: float


@dataclasses.dataclass(frozen=True)
class Scene:
    """What is around the head. Colours are linear RGB."""

    background: tuple[tuple[float, float, float], tuple[float, float, float]]
    shirt: tuple[float, float, float]
    collar: float  # higher and lower


@dataclasses.dataclass(frozen=True)
class Pose:
    """Where head and eyes point, in degrees."""

    yaw: float
    pitch: float
    gaze: tuple[float, float]


@dataclasses.dataclass(frozen=True)
class Face:
    """A face vector with its meaning."""

    person: Person
    hair: Hair
    light: Light
    scene: Scene
    pose: Pose
    emotions: tuple[float, ...]  # strengths, in the order of EMOTIONS


def index_of(name: str) -> int:
    """Where the entry of that name, or that emotion's strength, lies in the vector."""
    return NUM_PERSONAL + EMOTIONS.index(name) if name in EMOTIONS else _INDEX[name]


def group_indices(group: str) -> np.ndarray:
    """Where a group's entries lie in the vector; `emotion` is a group as well."""
    names = EMOTIONS if group == "emotion" else GROUPS[group]
    return np.array([index_of(name) for name in names])


def read_vector(vector: np.ndarray) -> Face:
    """The meaning of a face vector [NUM_PARAMETERS]; entries are clipped to their ranges."""
    vector = np.asarray(vector, np.float64)
    if vector.shape != (NUM_PARAMETERS,):
        raise ValueError(f"a face vector has shape ({NUM_PARAMETERS},), not {vector.shape}")
    entry = dict(zip(NAMES, np.clip(vector[:NUM_PERSONAL], -1, 1).tolist(), strict=True))
    unit = {name: 0.5 + 0.5 * value for name, value in entry.items()}
    person = _read_person(entry, unit)
    return Face(
        person,
        _read_hair(entry, unit, person),
        Light(
            60 * entry["light_azimuth"],
            30 + 22 * entry["light_elevation"],
            0.35 + 0.65 * unit["light_softness"],
            0.6 * entry["light_warmth"],
            1 + 0.25 * entry["key_light"],
            0.25 + 0.5 * unit["fill_light"],
        ),
        _read_scene(entry, unit),
        Pose(
            YAW_RANGE * entry["yaw"],
            PITCH_RANGE * entry["pitch"],
            (GAZE_RANGE[0] * entry["gaze_x"], GAZE_RANGE[1] * entry["gaze_y"]),
        ),
        tuple(np.maximum(vector[NUM_PERSONAL:], 0).tolist()),
    )


def _read_person(entry: dict[str, float], unit: dict[str, float]) -> Person:
    african, asian = entry["african"], entry["asian"]
    race = np.exp(3.2 * np.array([african, asian, -african - asian]))
    race /= race.sum()
    caucasian = race[RACES.index("caucasian")]
    # Light eyes go with light skin; everybody may have brown ones.
    hue, light = entry["iris_hue"], unit["iris_light"]
    pale = max(0.0, -hue) * caucasian
    iris = np.array(
        [pale * (1 - light), pale * light * 0.6, pale * light * 0.4,
         0.4 * (1 - abs(hue)) * (0.3 + 0.7 * caucasian), max(0.0, hue) + 0.4 * (1 - caucasian)]
    ) + 0.02  # fmt: skip
    iris /= iris.sum()
    pairs = [pair.middle + pair.reach * entry[pair.name] for pair in HEAD_PAIRS + FEATURE_PAIRS]
    return Person(
        tuple(race.tolist()),
        float(smoothstep(-0.6, 0.6, entry["sex"])),
        0.9 * unit["age"] ** 1.4,
        0.75 * entry["weight"],
        tuple(pairs),
        0.4 * entry["melanin"],
        0.15 + 0.35 * entry["redness"],
        max(0.0, entry["freckles"]) * caucasian,
        0.2 + 0.8 * unit["oil"],
        0.4 * entry["lip_colour"],
        tuple(iris.tolist()),
    )


def _read_hair(entry: dict[str, float], unit: dict[str, float], person: Person) -> Hair:
    # Women's hair is longer on average, but not always.
    long = np.clip(unit["hair_length"] + 0.35 * (0.5 - person.sex), 0, 1)
    shortest, longest = _HAIR_LENGTHS
    african = person.race[RACES.index("african")]
    caucasian = person.race[RACES.index("caucasian")]
    dark = float(np.clip(0.75 * unit["hair_dark"] + 0.6 * (1 - caucasian), 0, 1))
    red = max(0.0, entry["hair_red"]) * (1 - 0.7 * dark)
    grey = float(np.clip(1.5 * person.age - 0.95 + 0.35 * entry["hair_grey"], 0, 1))
    return Hair(
        length=shortest * (longest / shortest) ** float(long),
        volume=unit["hair_volume"],
        curl=float(np.clip(0.75 * unit["hair_curl"] - 0.15 + 0.55 * african, 0, 1)),
        parting=entry["hair_parting"],
        fringe=float(smoothstep(-0.1, 0.7, entry["hair_fringe"])),
        recession=person.sex * float(np.clip(0.7 * person.age + 0.6 * entry["hairline"], 0, 1)),
        colour=hair_colour(dark, red),
        grey=grey,
        brow_height=entry["brow_height"],
        brow_thickness=float(np.clip(unit["brow_thickness"] * 0.7 + 0.3 * person.sex, 0, 1)),
        brow_arch=unit["brow_arch"],
        brow_dark=unit["brow_dark"],
        beard=person.sex * float(smoothstep(0.1, 0.9, entry["beard"])),
        stubble=person.sex * max(0.0, entry["stubble"]),
    )


def hair_colour(dark: float, red: float) -> tuple[float, float, float]:
    """Linear RGB of hair from blond (0) over brown to black (1), and towards ginger (red 1)."""
    blond, brown = np.array([0.46, 0.29, 0.13]), np.array([0.105, 0.046, 0.02])
    black, ginger = np.array([0.018, 0.014, 0.012]), np.array([0.36, 0.10, 0.028])
    if dark < 0.5:
        colour = blond ** (1 - 2 * dark) * brown ** (2 * dark)
    else:
        colour = brown ** (2 - 2 * dark) * black ** (2 * dark - 1)
    red_part = 0.8 * red
    red_, green, blue = (colour ** (1 - red_part) * ginger**red_part).tolist()
    return red_, green, blue


def _read_scene(entry: dict[str, float], unit: dict[str, float]) -> Scene:
    tint = 0.3 * unit["background_tint"]
    return Scene(
        (
            _tinted(0.03 + 0.55 * unit["background_top"], entry["background_hue"], tint),
            _tinted(0.03 + 0.55 * unit["background_bottom"], entry["background_hue"] + 0.25, tint),
        ),
        _tinted(0.03 + 0.4 * unit["shirt"], entry["shirt_hue"], 0.3),
        0.25 * entry["collar"],
    )


def _tinted(grey: float, hue: float, amount: float) -> tuple[float, float, float]:
    phases = 3 * hue + np.array([0, 2 * np.pi / 3, 4 * np.pi / 3])
    red, green, blue = (grey * (1 + amount * np.cos(phases))).tolist()
    return red, green, blue
