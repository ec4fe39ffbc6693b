import dataclasses

import numpy as np

from encoder.rendered_faces.head.parameters import Light
from encoder.rendered_faces.head.shading.lighting import (
    NUM_DIRECTIONS,
    light_directions,
    light_frame,
    make_lighting,
)

LIGHT = Light(azimuth=20.0, elevation=30.0, softness=0.7, warmth=0.0, key=1.0, fill=0.5)


def test_directions_are_unit_and_mostly_before_the_face():
    directions = light_directions()

    assert directions.shape == (NUM_DIRECTIONS, 3)
    np.testing.assert_allclose(np.linalg.norm(directions, axis=1), 1)
    assert directions[:, 2].min() > -0.55
    assert (directions[:, 2] > 0).mean() > 0.6


def test_the_key_light_comes_from_where_it_says():
    key = make_lighting(LIGHT).key_direction

    np.testing.assert_allclose(np.degrees(np.arctan2(key[0], key[2])), 20)
    np.testing.assert_allclose(np.degrees(np.arcsin(key[1])), 30)


def test_a_soft_light_moves_from_the_key_into_the_dome():
    soft = make_lighting(dataclasses.replace(LIGHT, softness=1.0))
    hard = make_lighting(dataclasses.replace(LIGHT, softness=0.35))

    assert soft.colours.sum() > hard.colours.sum()
    assert soft.key_colour.sum() < hard.key_colour.sum()


def test_a_warm_light_is_redder_than_blue():
    warm = make_lighting(dataclasses.replace(LIGHT, warmth=0.6)).key_colour

    assert warm[0] > warm[1] > warm[2]


def test_nothing_jumps_where_the_light_changes_sides():
    left, right = (make_lighting(dataclasses.replace(LIGHT, azimuth=a)) for a in (-0.01, 0.01))

    for field in dataclasses.fields(left):
        one, two = (np.asarray(getattr(light, field.name)) for light in (left, right))
        np.testing.assert_allclose(one, two, atol=3e-3, err_msg=field.name)


def test_a_frame_is_at_right_angles():
    for direction in (*light_directions()[:5], np.array([0.0, 1.0, 0.0])):
        frame = np.stack([*light_frame(direction), direction])
        np.testing.assert_allclose(frame @ frame.T, np.eye(3), atol=1e-12)
