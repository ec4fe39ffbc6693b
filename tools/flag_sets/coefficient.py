"""Flag of drivers that move faces along directions: --coefficient."""

from emotion.emotion import EMOTION_COEFFICIENT
from tools.flag_sets.numbers import define_number

define_number(
    "coefficient", EMOTION_COEFFICIENT, "Factor of the directions (thesis 4.4).", -1000, 1000
)
