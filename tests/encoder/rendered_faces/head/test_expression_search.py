import numpy as np
import pytest

from encoder.rendered_faces.head.expression_search import ALLOWED, search_expression
from encoder.rendered_faces.head.expressions import CENTRAL_UNITS, EMOTION_UNITS, PAIRED_UNITS
from encoder.rendered_faces.head.parameters import EMOTIONS

FEAR = 1 + EMOTIONS.index("fear")


class FakePool:
    """Hands the units on instead of drawing them."""

    pictures = 0

    def map(self, function, faces):
        for _ in faces:
            FakePool.pictures += 1
            yield function.keywords["emotions"]["fear"]


def judge(pictures):
    """Likes open jaws."""
    probabilities = np.full((len(pictures), 7), 0.01)
    probabilities[:, FEAR] = [0.1 + 0.6 * units["jawOpen"] for units in pictures]
    return probabilities


def search(trials: int):
    return list(search_expression("fear", FakePool(), judge, persons=12, trials=trials))


def test_the_search_finds_what_the_judge_likes():
    readings = search(60)

    assert len(readings) == 61
    assert readings[0].units["jawOpen"] == EMOTION_UNITS["fear"]["jawOpen"]
    assert readings[-1].units["jawOpen"] > 0.3
    scores = [reading.score for reading in readings]
    assert scores == sorted(scores)


def test_leaving_the_start_has_a_price():
    first, *_, last = search(60)

    start = EMOTION_UNITS["fear"]
    moved = [last.units[name] - start.get(name, 0.0) for name in last.units]
    assert first.price == 0
    assert last.price == pytest.approx(0.25 * np.square(moved).sum())
    assert last.score == pytest.approx(last.logs.mean() - last.price)


def test_hopeless_trials_end_early():
    FakePool.pictures = 0
    search(20)

    assert 18 < FakePool.pictures < 21 * 18  # of 12 faces at full and 6 at half strength


def test_only_known_units_are_tried():
    assert set(ALLOWED) == {"calm", *EMOTIONS}
    for units in ALLOWED.values():
        assert set(units) <= {*CENTRAL_UNITS, *PAIRED_UNITS}


def test_an_unknown_emotion_is_an_error():
    with pytest.raises(ValueError, match="'boredom' is not in list"):
        next(search_expression("boredom", FakePool(), judge, persons=2, trials=1))
