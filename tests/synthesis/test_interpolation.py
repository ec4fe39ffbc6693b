import numpy as np
import pytest

from stylegan_tf.errors import InputError
from synthesis.interpolation import (
    KINDS,
    Track,
    fraction,
    frame_shares,
    interpolate,
    slerp,
)
from synthesis.schedule import Schedule


@pytest.fixture
def keyframes():
    """Latents whose layers 8 to 17 are the same in all keyframes."""
    keyframes = np.random.RandomState(3).randn(4, 18, 512).astype(np.float32)
    keyframes[:, 8:] = keyframes[0, 8:]
    return keyframes


def test_fractions_follow_their_formulas():
    k = np.arange(34)
    np.testing.assert_array_equal(fraction("linear", k, 33), k / 33)
    smooth = 3 * (k / 33) ** 2 - 2 * (k / 33) ** 3
    np.testing.assert_allclose(fraction("smoothstep", k, 33), smooth, atol=1e-15)
    binary = fraction("binary", k, 33)
    assert binary[:4].tolist() == [0, 0.5, 0.75, 0.875]
    np.testing.assert_array_equal(1 - binary[1:33], (1 - binary[:32]) / 2)  # halves what is left
    assert binary[33] == 1


def test_thirty_two_frames_between_by_default(keyframes):
    frames = interpolate(keyframes)
    assert frames.shape == (4 + 3 * 32, 18, 512)
    np.testing.assert_allclose(
        frames[1], keyframes[0] + (keyframes[1] - keyframes[0]) / 33, rtol=0, atol=1e-6
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("loop", [False, True])
def test_keyframes_and_shared_layers_are_bit_equal(keyframes, kind, loop):
    frames = interpolate(keyframes, 7, kind, loop)
    assert frames.dtype == np.float32
    assert frames[::8].tobytes()[: keyframes.nbytes] == keyframes.tobytes()
    assert all(frame[8:].tobytes() == keyframes[0, 8:].tobytes() for frame in frames)


@pytest.mark.parametrize("kind", KINDS)
def test_loop_closes_on_the_identical_frame(keyframes, kind):
    frames = interpolate(keyframes, 5, kind, loop=True)
    assert len(frames) == 4 * 6 + 1
    assert frames[-1].tobytes() == frames[0].tobytes()


@pytest.mark.parametrize("kind", KINDS)
def test_weights_add_up_to_one(kind):
    schedule = Schedule((0, 4, 20, 23), (2, 4, 21, 23))
    which, shares = frame_shares(schedule, kind, np.arange(24))
    weights = np.zeros((24, 4))
    np.add.at(weights, (np.arange(24)[:, None], which), shares)
    np.testing.assert_allclose(weights.sum(axis=1), 1, atol=1e-12)
    for hold in (0, 1, 2):
        assert weights[hold].tolist() == [1, 0, 0, 0]
    assert weights[21].tolist() == [0, 0, 1, 0]


def test_cubic_does_not_stop_at_keyframes_and_repeats_straight_lines():
    values = np.array([[0.0], [1.0], [2.0], [3.0]], np.float32)
    np.testing.assert_allclose(
        interpolate(values, 9, "cubic")[:, 0], np.linspace(0, 3, 31), atol=1e-6
    )
    values = np.array([[0.0], [1.0], [4.0]], np.float32)
    steps = np.diff(interpolate(values, 99, "cubic")[:, 0])
    np.testing.assert_allclose(steps[[99, 100]], 4 / 200, rtol=0.02)  # slope (4 − 0) / 2 segments
    stops = np.diff(interpolate(values, 99, "smoothstep")[:, 0])
    assert stops[99] < 4 / 200 / 50


def test_cubic_stops_at_a_held_keyframe_and_passes_the_seam_of_a_loop():
    held = Schedule((0, 100, 300), (0, 200, 300))
    track = Track(np.array([[0.0], [1.0], [4.0]], np.float32), held, "cubic")[:][:, 0]
    assert np.all(track[100:201] == 1)
    assert abs(track[99] - 1) < 1e-3
    loop = interpolate(np.array([[0.0], [1.0], [0.0], [-1.0]]), 99, "cubic", loop=True)[:, 0]
    steps = np.diff(loop)
    np.testing.assert_allclose(steps[0], steps[-1], rtol=0.01)
    assert steps[0] > 0.005


def test_track_makes_any_part_without_the_rest(keyframes):
    track = Track(keyframes, Schedule.even(4, 10), "cubic")
    whole = track[:]
    assert len(track) == len(whole) == 34
    np.testing.assert_array_equal(track[5:9], whole[5:9])
    np.testing.assert_array_equal(np.concatenate(list(track.batches(8))), whole)


def test_slerp_keeps_the_norm_and_the_angle():
    start, end = np.eye(2, 512)
    frames = interpolate(np.stack([start, end]), 8, "slerp")
    assert frames.shape == (10, 512)
    angles = np.arctan2(frames[:, 1], frames[:, 0])
    np.testing.assert_allclose(angles, np.linspace(0, np.pi / 2, 10), atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(frames, axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(slerp([start], [3 * start], [0.5]), [2 * start], atol=1e-6)


def test_slerp_refuses_what_it_cannot_do(keyframes):
    with pytest.raises(InputError, match="slerp goes between z codes"):
        interpolate(keyframes, 3, "slerp")
    with pytest.raises(InputError, match="opposite z codes"):
        slerp([[1.0, 0.0]], [[-1.0, 0.0]], [0.5])


def test_wrong_input_is_named(keyframes):
    with pytest.raises(InputError, match="'quadratic' is not one of linear, binary"):
        interpolate(keyframes, 3, "quadratic")
    with pytest.raises(InputError, match="frames_between is -1"):
        interpolate(keyframes, -1)
    with pytest.raises(InputError, match="4 keyframes do not fit a schedule of 3"):
        Track(keyframes, Schedule.even(3))
    with pytest.raises(InputError, match="at least one frame from each keyframe"):
        Schedule((0, 5, 5), (0, 5, 5))
