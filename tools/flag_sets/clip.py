"""The flag of drivers that read a clip: what of a damaged one is used."""

from absl import flags

flags.DEFINE_bool("allow_truncated", False, "Use the readable part of a damaged clip.")
