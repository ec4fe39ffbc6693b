"""Flags of drivers that embed by optimisation: at which resolution images are compared."""

from tools.flag_sets import fine_blocks
from tools.flag_sets.numbers import require_power_of_two

from absl import flags

from encoder.embedding.methods import MIN_RESOLUTION, WORKING_RESOLUTION

FLAGS = flags.FLAGS
flags.adopt_module_key_flags(fine_blocks)

flags.DEFINE_integer(
    "working_resolution", WORKING_RESOLUTION, "Side at which images are compared, a power of 2."
)
require_power_of_two("working_resolution", MIN_RESOLUTION)
