import numpy as np
import pytest

from stylegan_tf.errors import InputError
from synthesis.interpolation import Track
from synthesis.rendering import render_frames
from synthesis.schedule import Schedule


class FlatGenerator:
    """Paints the first number of a latent as a grey, and remembers what it was asked."""

    def __init__(self, channels=3):
        self.channels, self.calls = channels, []

    def synthesize(self, w, noise):
        self.calls.append((len(w), noise))
        return np.broadcast_to(w[:, :1, :1, None], (len(w), 4, 4, self.channels))


def latents(values):
    return np.tile(np.float32(values)[:, None, None], (1, 18, 512))


def test_frames_come_in_order_from_full_batches():
    generator = FlatGenerator()
    values = np.linspace(-1, 1, 10)
    frames = list(render_frames(generator, [latents(values[:3]), latents(values[3:])], 4))
    assert [frame.shape for frame in frames] == [(4, 4, 3)] * 10
    expected = np.rint(values * 127.5 + 127.5).astype(np.uint8)
    assert [frame[0, 0, 0] for frame in frames] == expected.tolist()
    assert generator.calls == [(4, "const")] * 3


def test_held_frames_are_painted_once():
    generator = FlatGenerator()
    track = Track(latents([0.0, 1.0]), Schedule((0, 1002), (1000, 1009)))
    frames = list(render_frames(generator, track.batches(64), 2, "none"))
    assert len(frames) == len(track) == 1010
    assert generator.calls == [(2, "none")] * 2  # 0, the frame between, 1
    assert [frame[0, 0, 0] for frame in frames[999:1004]] == [128, 128, 191, 255, 255]


def test_grey_generators_make_rgb_frames():
    (frame,) = render_frames(FlatGenerator(channels=1), [latents([0.0])], 1)
    assert frame.shape == (4, 4, 3)


def test_only_what_is_asked_for_is_made():
    generator = FlatGenerator()
    frames = render_frames(generator, iter([latents([0.0, 0.1]), latents([0.2, 0.3])]), 2)
    next(frames)
    assert len(generator.calls) == 1


def test_wrong_arguments_are_refused():
    with pytest.raises(InputError, match="batch_size is 0"):
        next(render_frames(FlatGenerator(), [], 0))
    with pytest.raises(InputError, match="noise 'random' is not one of const, none"):
        next(render_frames(FlatGenerator(), [], 1, "random"))
