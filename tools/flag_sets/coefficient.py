"""Flag of drivers that move faces along directions: --coefficient."""

from tools.flag_sets.numbers import define_number

from emotion.emotion import EMOTION_COEFFICIENT

define_number(
    "coefficient", EMOTION_COEFFICIENT, "Factor of the directions (thesis 4.4).", -1000, 1000
)
