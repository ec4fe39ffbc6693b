import time

import numpy as np
import pytest

from encoder.embedding.timing import EmbeddingTiming, time_embedding


class _SlowingOptimizer:
    """Each image takes twenty milliseconds more of the processor than the one before."""

    def __init__(self):
        self.count = 0

    def optimize(self, images, iterations):
        assert len(images) == 1
        assert iterations == 3
        self.count += 1
        until = time.process_time() + 0.02 * self.count
        while time.process_time() < until:
            pass


def test_sees_that_images_get_slower():
    seen = []
    timing = time_embedding(_SlowingOptimizer(), [None] * 6, 3, lambda: seen.append(1))
    assert len(seen) == 6
    assert (timing.wall_seconds >= timing.processor_seconds * 0.5).all()
    assert timing.processor_seconds[0] >= 0.02
    assert timing.processor_seconds[5] >= 0.12
    assert timing.slowdown(2) > 1.5
    assert (timing.peak_bytes > 10_000_000).all()
    assert timing.growth_bytes >= 0


def test_slowdown_is_of_medians_and_growth_is_after_the_first_image():
    seconds = np.array([1, 1, 9, 2, 2, 2.0])
    timing = EmbeddingTiming(seconds, seconds, 100 + 10 * np.arange(6))
    assert timing.slowdown(3) == pytest.approx(2)
    assert timing.growth_bytes == 50
