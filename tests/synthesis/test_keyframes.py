import numpy as np
import pytest

from emotion.emotion import Emotion
from stylegan_tf.errors import InputError
from synthesis.keyframes import (
    EMOTION_COEFFICIENT,
    make_keyframe,
    make_keyframes,
    needed_emotions,
)
from synthesis.masks import LayerMask
from synthesis.timeline import EmotionTimeline


@pytest.fixture
def latent():
    return np.random.RandomState(0).randn(18, 512).astype(np.float32)


@pytest.fixture
def directions():
    random = np.random.RandomState(1)
    return {e: random.randn(18, 512).astype(np.float32) for e in Emotion if e != Emotion.CALM}


def test_keyframe_is_the_latent_plus_eight_directions_on_eight_layers(latent, directions):
    keyframe = make_keyframe(latent, directions, {Emotion.FEAR: 1.0})
    assert EMOTION_COEFFICIENT == 8
    assert keyframe.dtype == np.float32
    np.testing.assert_allclose(keyframe[:8], latent[:8] + 8 * directions[Emotion.FEAR][:8], 1e-6)
    assert keyframe[8:].tobytes() == latent[8:].tobytes()


@pytest.mark.parametrize("spec", ["emotion", "keyframe", "pose", "2-3:5-9"])
def test_keyframe_keeps_what_the_mask_keeps(latent, directions, spec):
    keyframe = make_keyframe(latent, directions, {Emotion.ANGER: 0.7}, LayerMask(spec))
    mask = LayerMask(spec).array(18)
    assert keyframe[~mask].tobytes() == latent[~mask].tobytes()
    assert np.all(keyframe[mask] != latent[mask])


def test_several_directions_add_up_and_calm_adds_nothing(latent, directions):
    mixed = make_keyframe(
        latent,
        directions,
        {Emotion.FEAR: 0.5, Emotion.SADNESS: -1.0, Emotion.CALM: 3.0},
        LayerMask("none"),
        2.0,
    )
    expected = latent + directions[Emotion.FEAR] - 2 * directions[Emotion.SADNESS]
    np.testing.assert_allclose(mixed, expected, atol=1e-5)
    calm = make_keyframe(latent, {}, {Emotion.CALM: 1.0})
    assert calm.tobytes() == latent.tobytes()


def test_keyframes_follow_the_timeline(latent, directions):
    timeline = EmotionTimeline.parse("calm,fear:0.5,fear")
    keyframes = make_keyframes(latent, directions, timeline, loop=True)
    assert keyframes.shape == (4, 18, 512)
    assert keyframes[0].tobytes() == keyframes[3].tobytes() == latent.tobytes()
    np.testing.assert_allclose(keyframes[1], (keyframes[0] + keyframes[2]) / 2, atol=1e-5)
    assert needed_emotions([timeline]) == [Emotion.FEAR]


def test_wrong_directions_are_named(latent, directions):
    with pytest.raises(InputError, match="there is no direction for fear"):
        make_keyframe(latent, {}, {Emotion.FEAR: 1.0})
    with pytest.raises(InputError, match=r"shape \[10, 512\], the latent \[18, 512\]"):
        make_keyframe(latent, {Emotion.FEAR: np.zeros((10, 512))}, {Emotion.FEAR: 1.0})
