import numpy as np
import pytest

from encoder.rendered_faces.head.expressions import (
    CALM_UNITS,
    CENTRAL_UNITS,
    EMOTION_UNITS,
    PAIRED_UNITS,
    face_units,
    unit_names,
)
from encoder.rendered_faces.head.parameters import (
    EMOTIONS,
    NUM_PARAMETERS,
    index_of,
    read_vector,
)


def units_of(**entries) -> dict[str, float]:
    vector = np.zeros(NUM_PARAMETERS)
    for name, value in entries.items():
        vector[index_of(name)] = value
    return face_units(read_vector(vector))


def test_every_emotion_uses_known_units():
    known = {*CENTRAL_UNITS, *PAIRED_UNITS}

    assert set(EMOTION_UNITS) == set(EMOTIONS)
    for units in (CALM_UNITS, *EMOTION_UNITS.values()):
        assert set(units) <= known


def test_a_calm_face_shows_the_calm_units():
    units = units_of()

    assert set(units) == set(unit_names())
    assert units["browInnerUp"] == CALM_UNITS["browInnerUp"]
    assert units["mouthSmileLeft"] == units["mouthSmileRight"] == CALM_UNITS["mouthSmile"]
    assert units["jawOpen"] == 0


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_full_strength_shows_the_emotions_units(emotion):
    units = units_of(**{emotion: 1.0})

    for unit in PAIRED_UNITS:
        expected = EMOTION_UNITS[emotion].get(unit, 0.0)
        assert units[unit + "Left"] == pytest.approx(expected, abs=1e-9), unit


def test_half_strength_is_half_way():
    calm, full, half = units_of(), units_of(sadness=1.0), units_of(sadness=0.5)

    for name in unit_names():
        assert half[name] == pytest.approx((calm[name] + full[name]) / 2)


def test_weights_stay_within_what_units_are_made_for():
    units = units_of(anger=1.2, disgust=1.2)

    assert max(units.values()) == 1.2
    assert min(units.values()) == 0.0


def test_lids_follow_the_gaze():
    right, up = units_of(gaze_x=1.0), units_of(gaze_y=1.0)

    # The viewer's right is the person's left: the left eye looks out, the right one in.
    assert right["eyeLookOutLeft"] == pytest.approx(14 / 30)
    assert right["eyeLookInRight"] == pytest.approx(14 / 30)
    assert right["eyeLookOutRight"] == 0
    assert up["eyeLookUpLeft"] == up["eyeLookUpRight"] == pytest.approx(8 / 25)
