"""Flags of drivers that tune a network to a person: --tuning_iterations, --locality_weight."""

from tools.flag_sets.numbers import define_integer, define_number

from absl import flags

from encoder.tuning.options import (
    LOCALITY_WEIGHT,
    TUNING_LEARNING_RATE,
    TUNING_STEPS,
    TuningOptions,
)

FLAGS = flags.FLAGS

define_integer(
    "tuning_iterations",
    TUNING_STEPS,
    "With --method=pti: steps of the network's weights, one picture each (Roich et al. 2021).",
    0,
    1_000_000,
)
define_number(
    "tuning_learning_rate", TUNING_LEARNING_RATE, "With --method=pti: of the weights.", 1e-9, 10
)
define_number(
    "locality_weight",
    0.0,
    f"With --method=pti: keeps the network as it was elsewhere; the paper's is {LOCALITY_WEIGHT}.",
    0,
    1000,
)
NAMES = ("tuning_iterations", "tuning_learning_rate", "locality_weight")


def tuning_options(seed: int) -> TuningOptions:
    """The flags as `encoder.tuning.options.TuningOptions`."""
    return TuningOptions(
        FLAGS.tuning_iterations, FLAGS.tuning_learning_rate, FLAGS.locality_weight, seed
    )
