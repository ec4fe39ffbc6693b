"""Flags of drivers that draw pictures: --batch_size, --noise."""

from absl import flags

from synthesis.rendering import BATCH_SIZE, NOISES

flags.DEFINE_integer(
    "batch_size", BATCH_SIZE, "Pictures a step of the network.", lower_bound=1, upper_bound=1024
)
flags.DEFINE_enum("noise", "const", NOISES, "The network's noise, the same in all pictures.")
