import pathlib

import numpy as np
import pytest

from emotion.emotion import Emotion
from encoder.images import read_image
from stylegan_tf.errors import InputError
from synthesis.masks import LayerMask
from synthesis.strength_search import limit_timeline, search_strength
from synthesis.timeline import EmotionTimeline

FACE = pathlib.Path(__file__).parents[1] / "data" / "encoder" / "rendered_face.png"


class StretchedFace:
    """Draws the face the wider, the larger the first number of the latent."""

    def __init__(self):
        self.image = read_image(FACE)

    def synthesize(self, w, noise):
        picture = self.image[:, np.clip(self._columns(1 + w[0, 0, 0]), 0, 255)]
        return picture[None].astype(np.float32) / 127.5 - 1

    def _columns(self, stretch):
        return np.rint((np.arange(256) - 128) / stretch + 128).astype(int)


def test_rows_are_weakened_until_the_person_is_kept():
    direction = np.zeros((18, 512), np.float32)
    direction[0, 0] = 0.1  # 80 % wider at coefficient 8
    latent = np.zeros((18, 512), np.float32)
    timeline = EmotionTimeline.parse("calm,fear,anger:0.05,fear")
    limited = limit_timeline(
        StretchedFace(),
        latent,
        {Emotion.FEAR: direction, Emotion.ANGER: direction},
        timeline,
        0.3,
        detector="hog",
    )
    calm, fear, anger, again = (row.strength for row in limited.rows)
    assert calm == anger == 1
    assert 0.3 < fear == again < 0.95
    with pytest.raises(InputError, match="max_identity_distance is 0"):
        limit_timeline(
            StretchedFace(), latent, {Emotion.FEAR: direction}, timeline, 0, LayerMask("none")
        )


def test_a_picture_without_a_face_cannot_be_measured():
    class Black:
        def synthesize(self, w, noise):
            return np.full((1, 64, 64, 3), -1, np.float32)

    with pytest.raises(InputError, match="no face in the calm picture"):
        limit_timeline(Black(), np.zeros((18, 512)), {}, EmotionTimeline.parse("fear"), 0.6)


def test_strength_search_stops_at_the_limit():
    assert search_strength(lambda s: 0.4 * s, 0.6) == 1.0
    found = search_strength(lambda s: 1.2 * s, 0.6)
    assert 0.49 <= found <= 0.5
    # A bump on the way is beyond the limit too, although the far end is not.
    bumpy = search_strength(lambda s: 0.9 if 0.2 < s < 0.45 else 0.1, 0.6)
    assert 0.19 <= bumpy <= 0.2
    assert search_strength(lambda s: 9.0, 0.6) == 0.0


def test_strength_search_needs_a_limit():
    with pytest.raises(InputError, match="max_identity_distance is 0"):
        search_strength(lambda s: s, 0)
