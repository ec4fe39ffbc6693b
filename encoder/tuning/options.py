"""The numbers of the projector and of pivotal tuning; loads no TensorFlow."""

import dataclasses
import math

from stylegan_tf.errors import InputError

# NVIDIA's projector (Karras et al. 2020, appendix D).
PROJECTOR_STEPS = 1000
PROJECTOR_LEARNING_RATE = 0.1
# Pivotal tuning (Roich et al. 2021, section 4 and its public settings).
PIVOT_STEPS = 450
PIVOT_LEARNING_RATE = 5e-3
TUNING_STEPS = 350
TUNING_LEARNING_RATE = 3e-4
PERCEPTUAL_WEIGHT = 1.0
PIXEL_WEIGHT = 1.0  # of the mean squared difference, pixels in [-1, 1]
LOCALITY_WEIGHT = 0.1  # of the regularisation, where it is asked for
LOCALITY_DISTANCE = 30.0  # the paper's α, from a pivot towards a random W

# What both compare: LPIPS' layers, where NVIDIA and Roich et al. use LPIPS.
FEATURES = "lpips-layers"


@dataclasses.dataclass(frozen=True)
class TuningOptions:
    """How a network's weights are trained.

    Attributes:
      steps: one picture a step, in turn.
      learning_rate: Adam's.
      locality_weight: of the locality regularisation; 0 for none. The paper's is 0.1.
      seed: of the random W of the regularisation.

    Raises:
      InputError: a number out of range.
    """

    steps: int = TUNING_STEPS
    learning_rate: float = TUNING_LEARNING_RATE
    locality_weight: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        if self.steps < 0:
            raise InputError(f"tuning_iterations must be 0 or more, not {self.steps}")
        if not 0 < self.learning_rate < math.inf:
            raise InputError(f"the learning rate must be positive, not {self.learning_rate}")
        if not 0 <= self.locality_weight < math.inf:
            raise InputError(f"locality_weight must be 0 or more, not {self.locality_weight}")
