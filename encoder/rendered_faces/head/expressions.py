"""Which face units make which emotion, and how strengths of several blend.

Units are those of `faceunits01` (the 52 of ARKit). A unit with a left and a right half is written
without the side and moves both.
"""

from encoder.rendered_faces.head.parameters import EMOTIONS, Face

CENTRAL_UNITS = (
    "browInnerUp", "cheekPuff", "jawForward", "jawOpen", "mouthClose", "mouthFunnel",
    "mouthPucker", "mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper",
)  # fmt: skip
PAIRED_UNITS = (
    "browDown", "browOuterUp", "cheekSquint", "eyeBlink", "eyeLookDown", "eyeLookIn",
    "eyeLookOut", "eyeLookUp", "eyeSquint", "eyeWide", "mouthDimple", "mouthFrown",
    "mouthLowerDown", "mouthPress", "mouthSmile", "mouthStretch", "mouthUpperUp", "noseSneer",
)  # fmt: skip
_MAX_WEIGHT = 1.2  # units are made for 0 to 1; beyond this they tear
_UNIT_GAZE = (30.0, 25.0)  # degrees that the lids' following units are made for

CALM_UNITS: dict[str, float] = {
    "browInnerUp": 0.27, "browOuterUp": 0.36, "mouthSmile": 0.25, "eyeSquint": 0.1,
}  # fmt: skip
EMOTION_UNITS: dict[str, dict[str, float]] = {
    "anger": {
        "browDown": 1.2, "eyeSquint": 0.2, "eyeWide": 0.3, "noseSneer": 0.8, "mouthPress": 0.8,
        "mouthFrown": 0.6, "mouthShrugUpper": 0.2, "jawForward": 0.3, "mouthRollLower": 0.56,
        "mouthFunnel": 0.12, "mouthLowerDown": 0.15,
    },
    "happiness": {
        "mouthSmile": 1.0, "cheekSquint": 0.85, "eyeSquint": 0.35, "mouthUpperUp": 0.5,
        "mouthDimple": 0.3, "mouthLowerDown": 0.35, "jawOpen": 0.1, "browInnerUp": 0.12,
    },
    "surprise": {
        "browInnerUp": 1.05, "browOuterUp": 1.05, "eyeWide": 1.1, "jawOpen": 0.92,
        "mouthFunnel": 0.62,
    },
    "disgust": {
        "noseSneer": 0.95, "mouthUpperUp": 0.99, "browDown": 1.0, "eyeSquint": 0.69,
        "cheekSquint": 0.48, "mouthFrown": 0.69, "mouthLowerDown": 0.7, "mouthShrugUpper": 0.61,
        "jawOpen": 0.18,
    },
    "fear": {
        "browInnerUp": 1.0, "browOuterUp": 0.3, "browDown": 0.52, "eyeWide": 1.2,
        "mouthStretch": 1.1, "mouthUpperUp": 0.55, "mouthLowerDown": 0.45, "jawOpen": 0.12,
    },
    "sadness": {
        "browInnerUp": 1.0, "browDown": 0.36, "eyeSquint": 0.07, "mouthFrown": 1.0,
        "mouthShrugLower": 0.61, "eyeBlink": 0.15,
    },
}  # fmt: skip


def unit_names() -> tuple[str, ...]:
    """The names of the units' files, left and right apart."""
    sided = tuple(unit + side for unit in PAIRED_UNITS for side in ("Left", "Right"))
    return CENTRAL_UNITS + sided


def face_units(
    face: Face,
    calm: dict[str, float] | None = None,
    emotions: dict[str, dict[str, float]] | None = None,
) -> dict[str, float]:
    """Weights of the units by file name.

    An emotion's units are differences to the calm face, so that strengths blend linearly; lids
    follow the gaze.

    Args:
      calm: units of a calm face; CALM_UNITS by default.
      emotions: units of each emotion; EMOTION_UNITS by default.
    """
    calm = CALM_UNITS if calm is None else calm
    emotions = EMOTION_UNITS if emotions is None else emotions
    weights = dict(calm)
    for emotion, strength in zip(EMOTIONS, face.emotions, strict=True):
        if strength:
            for unit in {*calm, *emotions[emotion]}:
                change = emotions[emotion].get(unit, 0.0) - calm.get(unit, 0.0)
                weights[unit] = weights.get(unit, 0.0) + strength * change
    sided = dict.fromkeys(unit_names(), 0.0)
    for unit, weight in weights.items():
        for name in (unit,) if unit in CENTRAL_UNITS else (unit + "Left", unit + "Right"):
            sided[name] += weight
    across, up = face.pose.gaze[0] / _UNIT_GAZE[0], face.pose.gaze[1] / _UNIT_GAZE[1]
    for side, outwards in (("Left", across), ("Right", -across)):
        sided["eyeLookOut" + side] += max(outwards, 0.0)
        sided["eyeLookIn" + side] += max(-outwards, 0.0)
        sided["eyeLookUp" + side] += max(up, 0.0)
        sided["eyeLookDown" + side] += max(-up, 0.0)
    return {name: min(max(weight, 0.0), _MAX_WEIGHT) for name, weight in sided.items()}
