"""Flag of drivers that embed by search: --skip_fine_blocks."""

from absl import flags

flags.DEFINE_bool(
    "skip_fine_blocks", False, "Search without the network's blocks above the working resolution."
)
