"""Flags of drivers that draw pictures: --batch_size, --noise."""

from tools.flag_sets.numbers import define_integer

from absl import flags

from synthesis.rendering import BATCH_SIZE, NOISES

define_integer("batch_size", BATCH_SIZE, "Pictures a step of the network.", 1, 1024)
flags.DEFINE_enum("noise", "const", NOISES, "The network's noise, the same in all pictures.")
