import numpy as np
import pytest

from emotion.emotion import Emotion
from stylegan_tf import Generator
from stylegan_tf.errors import InputError
from synthesis.emotion_video import EmotionPlan, track_frames
from synthesis.masks import LayerMask
from synthesis.scores.pose_scores import trajectory_drift
from synthesis.timeline import EmotionTimeline


class SumGenerator:
    def synthesize(self, w, noise):
        return np.tile(w.sum(axis=(1, 2))[:, None, None, None], (1, 32, 32, 3))


@pytest.fixture
def directions():
    direction = np.zeros((18, 512), np.float32)
    direction[0, 0] = direction[10, 0] = 0.125
    return {Emotion.FEAR: direction}


def test_plan_makes_the_thesis_path(directions):
    plan = EmotionPlan(EmotionTimeline.parse("calm,fear"))
    track = plan.track(np.zeros((18, 512), np.float32), directions)
    assert plan.num_frames == len(track) == 34
    np.testing.assert_allclose(track[:][:, 0, 0], np.arange(34) / 33, atol=1e-6)
    assert not track[:][:, 8:].any()


def test_one_face_of_own_strength(directions):
    plan = EmotionPlan(EmotionTimeline.parse("calm,fear"), LayerMask("none"), 4.0)
    own = plan.timeline.scaled({Emotion.FEAR: 0.5})
    track = plan.track(np.zeros((18, 512), np.float32), directions, own)
    assert track[33:][0, 10, 0] == 0.25


def test_frames_of_several_faces_stand_in_a_grid_with_labels(directions):
    plan = EmotionPlan(EmotionTimeline.parse("calm,fear"), frames_between=1, loop=True)
    tracks = [
        plan.track(np.full((18, 512), level / 18 / 512, np.float32), directions)
        for level in (-1, -0.5, 0)
    ]
    frames = list(track_frames(SumGenerator(), tracks, columns=2, batch_size=2))
    assert len(frames) == plan.num_frames == 5
    assert frames[0].shape == (64, 64, 3)
    assert frames[0][::32, ::32, 0].tolist() == [[0, 64], [128, 0]]
    np.testing.assert_array_equal(frames[0], frames[-1])
    labels = list(plan.frame_labels())
    assert labels == ["calm", "fear", "fear", "calm", "calm"]
    labelled = list(track_frames(SumGenerator(), tracks[:1], labels, batch_size=2))
    assert labelled[0].shape == (32, 32, 3)
    assert len(np.unique(labelled[0])) > 1


def test_wrong_plans_are_refused_at_once():
    timeline = EmotionTimeline.parse("calm,fear@0.01")
    with pytest.raises(InputError, match="less than one frame"):
        EmotionPlan(timeline)
    with pytest.raises(InputError, match="'slerp' is not one of linear"):
        EmotionPlan(EmotionTimeline.parse("calm"), interpolation="slerp")
    with pytest.raises(InputError, match="coefficient is nan"):
        EmotionPlan(EmotionTimeline.parse("calm"), coefficient=float("nan"))


def test_z_and_w_of_a_generator_may_differ_in_width():
    narrow = Generator.create(
        resolution=32, fmap_base=64, fmap_max=8, latent_size=64, dlatent_size=48, seed=1
    )
    mask = LayerMask("0-3:8-47")
    allowed = mask.array(narrow.num_layers, narrow.dlatent_size)
    assert allowed.shape == (8, 48)
    with pytest.raises(InputError, match="layers 0-7 and dimensions 0-47"):
        LayerMask("0-3:0-63").array(narrow.num_layers, narrow.dlatent_size)
    (latent,) = narrow.map(narrow.sample_z([1]))
    directions = {Emotion.FEAR: np.ones((8, 48), np.float32)}
    plan = EmotionPlan(EmotionTimeline.parse("calm,fear"), mask, frames_between=2)
    track = plan.track(latent, directions)
    np.testing.assert_allclose((track[3:][0] - latent)[allowed], 8, rtol=1e-5)
    assert track[3:][0][~allowed].tobytes() == latent[~allowed].tobytes()
    frames = list(track_frames(narrow, [track], batch_size=2))
    assert [frame.shape for frame in frames] == [(32, 32, 3)] * 4
    drift = trajectory_drift(narrow, track[:])
    assert drift["drift_largest"] > drift["drift_start"]
