"""How the projector's step and the noise on W change over a search (Karras et al. 2020, app. D)."""

import dataclasses
import math

RAMP_UP = 0.05  # part of the search in which the learning rate rises from 0
RAMP_DOWN = 0.25  # part in which it falls back, as a cosine
NOISE_RAMP = 0.75  # part after which no noise is added to W any more
NOISE_FACTOR = 0.05  # of the noise on W at the start, in standard deviations of W


@dataclasses.dataclass(frozen=True)
class Step:
    """One step of a search."""

    learning_rate: float
    noise: float  # standard deviation of what is added to W


STILL = Step(0.0, 0.0)


def projector_step(step: int, steps: int, learning_rate: float, w_spread: float) -> Step:
    """The step of that number.

    Args:
      step: from 0.
      steps: how many there are.
      learning_rate: the largest.
      w_spread: root of the mean squared distance of a W from the mean W.
    """
    done = step / steps
    down = min(1.0, (1.0 - done) / RAMP_DOWN)
    ramp = (0.5 - 0.5 * math.cos(down * math.pi)) * min(1.0, done / RAMP_UP)
    noise = w_spread * NOISE_FACTOR * max(0.0, 1.0 - done / NOISE_RAMP) ** 2
    return Step(learning_rate * ramp, noise)
