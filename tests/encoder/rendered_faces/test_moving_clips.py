import numpy as np

from encoder.rendered_faces.moving_clips import draw_person, moving_clip


def frames(strengths, size=128):
    return np.stack(list(moving_clip(draw_person(3), "surprise", strengths, size, fps=5)))


def test_the_motion_does_not_depend_on_the_emotion():
    calm, surprised = frames([0, 0, 0]), frames([0, 1, 0])
    assert calm.shape == (3, 128, 128, 3)
    assert calm.dtype == np.uint8
    np.testing.assert_array_equal(calm[[0, 2]], surprised[[0, 2]])
    changed = (calm[1] != surprised[1]).any(axis=-1)
    assert 0.01 < changed.mean() < 0.5  # the face, not the picture
    assert not changed[:8].any()
    assert np.abs(calm[0].astype(int) - calm[2]).mean() > 2  # it moves


def test_the_frame_is_filled():
    (frame,) = frames([0])
    assert (frame.reshape(-1, 3).sum(axis=1) > 0).mean() > 0.99


def test_persons_differ():
    assert (draw_person(1) != draw_person(2)).any()
    np.testing.assert_array_equal(draw_person(1), draw_person(1))
