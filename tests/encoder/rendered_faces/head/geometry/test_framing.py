import numpy as np
import pytest

from encoder.rendered_faces.head.geometry.framing import (
    CAMERA_DISTANCE,
    FOCAL,
    ffhq_framing,
    project,
    rotation,
)


def test_positive_yaw_turns_the_nose_to_the_viewers_right():
    nose = rotation(20, 0) @ [0, 0, 1]

    np.testing.assert_allclose(nose, [np.sin(np.radians(20)), 0, np.cos(np.radians(20))], atol=1e-6)


def test_positive_pitch_looks_down():
    nose = rotation(0, 10) @ [0, 0, 1]

    np.testing.assert_allclose(
        nose, [0, -np.sin(np.radians(10)), np.cos(np.radians(10))], atol=1e-6
    )


def test_near_points_are_larger():
    near, far = project(np.array([[1, 0, 1], [1, 0, -1]], float))

    assert near[0] == pytest.approx(FOCAL / (CAMERA_DISTANCE - 1))
    assert far[0] == pytest.approx(FOCAL / (CAMERA_DISTANCE + 1))


def test_a_face_fills_four_eye_distances():
    framing = ffhq_framing(np.array([-0.5, 0]), np.array([0.5, 0]), np.array([0, -0.5]))

    # The crop's half is two eye distances, its middle a tenth of eye–mouth below the eyes.
    points = np.array([[-2, -0.05], [2, -0.05], [0, 1.95]])
    placed = points @ framing.turn.T + framing.shift
    np.testing.assert_allclose(placed, [[-1, 0], [1, 0], [0, 1]], atol=1e-12)


def test_a_long_face_is_framed_by_its_mouth():
    framing = ffhq_framing(np.array([-0.5, 0]), np.array([0.5, 0]), np.array([0, -2.0]))

    placed = np.array([[3.6, -0.2]]) @ framing.turn.T + framing.shift
    np.testing.assert_allclose(placed, [[1, 0]], atol=1e-12)


def test_a_tilted_head_is_turned_upright():
    turn = np.array([[0.8, -0.6], [0.6, 0.8]])
    framing = ffhq_framing(turn @ [-0.5, 0], turn @ [0.5, 0], turn @ [0, -1.0])

    placed = np.array([turn @ [-0.5, 0], turn @ [0.5, 0]]) @ framing.turn.T + framing.shift
    assert placed[0, 1] == pytest.approx(placed[1, 1])
    assert placed[0, 0] == pytest.approx(-placed[1, 0])


def test_pixels_count_from_the_upper_left_corner():
    framing = ffhq_framing(np.array([-0.5, 0]), np.array([0.5, 0]), np.array([0, -0.5]))
    depth = CAMERA_DISTANCE
    corner = np.array([[-2 * depth / FOCAL, 1.95 * depth / FOCAL, 0]])

    np.testing.assert_allclose(framing.pixels(corner, 256), [[0, 0]], atol=1e-9)
