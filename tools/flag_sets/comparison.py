"""Flags of drivers that embed by optimisation: at which resolution images are compared."""

from absl import flags

from encoder.embedding.methods import MIN_RESOLUTION, WORKING_RESOLUTION
from tools.flag_sets import values as flag_values

flags.DEFINE_integer(
    "working_resolution", WORKING_RESOLUTION, "Side at which images are compared, a power of 2."
)
flag_values.require_power_of_two("working_resolution", MIN_RESOLUTION)
flags.DEFINE_bool(
    "skip_fine_blocks", False, "Leave out the network's blocks above the working resolution."
)
