"""Flag of drivers that move faces along directions: --directions."""

from absl import flags

from emotion.directions import files as direction_files

flags.DEFINE_string(
    "directions", direction_files.SHIPPED[0], "A folder of EMOTION.npy, or one that ships."
)
