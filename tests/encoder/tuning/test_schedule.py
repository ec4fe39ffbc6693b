import pytest

from encoder.tuning.schedule import projector_step


def test_ramps_of_the_paper():
    steps = [projector_step(step, 1000, 0.1, 2.0) for step in (0, 25, 50, 500, 750, 875, 999)]

    rates = [step.learning_rate for step in steps]
    assert rates[0] == 0
    assert rates[1] == pytest.approx(0.05)  # half of the 50 steps of rising
    assert rates[2:5] == pytest.approx([0.1, 0.1, 0.1])
    assert rates[5] == pytest.approx(0.05)  # half way down a cosine
    assert 0 < rates[6] < 1e-4
    assert steps[0].noise == pytest.approx(0.1)  # 0.05 of the spread
    assert steps[3].noise == pytest.approx(0.1 / 9)
    assert [step.noise for step in steps[4:]] == [0, 0, 0]
