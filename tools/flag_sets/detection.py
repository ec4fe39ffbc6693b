"""Flags of drivers that find faces in pictures of any size: --detector, --detection_size."""

from tools.flag_sets import detector
from tools.flag_sets.numbers import define_integer

from absl import flags

from encoder.faces.landmarks import DETECTION_SIZE

flags.adopt_module_key_flags(detector)

define_integer(
    "detection_size",
    DETECTION_SIZE,
    "Longest side of the searched picture; larger finds smaller faces, its square is the time.",
    80,
    10_000,
)
