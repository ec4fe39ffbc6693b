import numpy as np

from encoder.rendered_faces.clips import render_clip, rendered_clips, strengths
from encoder.rendered_faces.dataset import labelled_vectors
from encoder.rendered_faces.parameters import EXPRESSIONS, with_expression
from encoder.rendered_faces.renderer import render_face


def test_a_clip_goes_from_calm_to_the_emotion_and_back():
    clip = rendered_clips(1, seed=3)[2]
    assert clip.name == "subjects3/001/surprise/take000"
    frames = render_clip(clip, frames=5, size=64)
    person = np.array(clip.person, np.float32)
    assert frames.shape == (5, 64, 64, 3)
    np.testing.assert_array_equal(frames[2], render_face(with_expression(person, "surprise"), 64))
    for end in (0, -1):
        calm = render_face(with_expression(person, "calm"), 64).astype(int)
        assert abs(frames[end] - calm).max() <= 1  # sin(π) is not quite 0
    assert abs(frames[2].astype(int) - frames[0]).max() > 50


def test_strengths_rise_and_fall():
    np.testing.assert_allclose(strengths(5), [0, 0.5, 1, 0.5, 0], atol=1e-12)


def test_more_subjects_begin_with_the_same_ones():
    few, many = rendered_clips(2, seed=1), rendered_clips(3, seed=1)
    assert many[: len(few)] == few
    assert len(many) == 3 * len(EXPRESSIONS)
    calm = dict(labelled_vectors(2, seed=1))["s002/calm.png"]
    np.testing.assert_array_equal(np.array(few[-1].person, np.float32), calm)
