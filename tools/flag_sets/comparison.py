"""Flags of drivers that embed by optimisation: at which resolution images are compared."""

from tools.flag_sets import fine_blocks
from tools.flag_sets.numbers import define_integer, require_power_of_two

from absl import flags

from encoder.embedding.methods import MIN_RESOLUTION, WORKING_RESOLUTION

FLAGS = flags.FLAGS
flags.adopt_module_key_flags(fine_blocks)

define_integer(
    "working_resolution",
    WORKING_RESOLUTION,
    "Side at which images are compared, a power of 2.",
    2,
    4096,
)
require_power_of_two("working_resolution", MIN_RESOLUTION)
