import numpy as np
import pytest

from emotion.emotion import Emotion
from synthesis import figures


class GreyGenerator:
    """Paints the mean of a latent as a grey; remembers how many it painted."""

    def __init__(self):
        self.painted = []

    def synthesize(self, w, noise):
        grey = w.mean(axis=(1, 2))
        self.painted += grey.tolist()
        return np.tile(grey[:, None, None, None], (1, 16, 16, 3)).astype(np.float32)


@pytest.fixture
def directions():
    return {e: np.full((18, 512), 0.01 * e, np.float32) for e in figures.EMOTIONS}


def count_greys(sheet, level):
    """How many 256-pixel cells of one grey a sheet holds."""
    return round(np.all(sheet == level, axis=-1).sum() / 256**2, 1)


def row_of(sheet, level):
    """The line of cells in which a grey is found; the median, for letters have greys too."""
    return np.median(np.argwhere(np.all(sheet == level, axis=-1))[:, 0]) // 256


def test_pairs_stand_above_each_other():
    pictures = [np.full((64, 64, 3), 10, np.uint8), np.full((32, 32, 3), 20, np.uint8)]
    latents = np.stack([np.full((18, 512), x) for x in (-0.5, 0.5)])
    sheet = figures.pairs_figure(GreyGenerator(), pictures, latents)
    for level in (10, 20, 64, 191):
        assert count_greys(sheet, level) == 1
    assert row_of(sheet, 64) == 1


def test_pose_lines_alternate():
    originals = [np.full((64, 64, 3), 10 + k, np.uint8) for k in range(5)]
    latents = np.zeros((5, 18, 512), np.float32)
    sheet = figures.pose_figure(GreyGenerator(), originals, latents)
    assert sheet.shape[0] > 4 * 256
    rows = [row_of(sheet, 10 + k) for k in range(5)]
    assert rows == [0, 0, 0, 0, 2]
    assert count_greys(sheet, 128) == 5


def test_masked_and_unmasked_lines(directions):
    generator = GreyGenerator()
    sheet = figures.mask_figure(generator, np.zeros((2, 18, 512), np.float32), directions)
    assert sheet.shape[0] > 4 * 256
    lines = np.array(generator.painted[:28]).reshape(2, 2, 7)
    whole = 8 * 0.01 * np.arange(7)
    np.testing.assert_allclose(lines[:, 1], [whole] * 2, atol=1e-6)
    np.testing.assert_allclose(lines[:, 0], [whole * 8 / 18] * 2, atol=1e-6)


def test_thirty_two_frames():
    generator = GreyGenerator()
    figures.frames_figure(generator, np.zeros((18, 512)), np.ones((18, 512)))
    np.testing.assert_allclose(generator.painted, np.arange(1, 33) / 33, atol=1e-6)


def test_three_frames_of_each_expression(directions):
    generator = GreyGenerator()
    figures.expressions_figure(generator, np.zeros((18, 512), np.float32), directions)
    rows = np.array(generator.painted[:18]).reshape(6, 3)
    np.testing.assert_allclose(rows[:, 2], [8 * 0.01 * e * 8 / 18 for e in figures.EMOTIONS], 1e-6)
    np.testing.assert_allclose(rows[:, 0], rows[:, 2] / 3, atol=1e-6)
    assert tuple(Emotion)[1:] == figures.EMOTIONS
