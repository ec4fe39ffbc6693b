"""Flag of drivers that move faces along directions: --coefficient."""

from tools.flag_sets.numbers import define_number

from emotion.emotion import EMOTION_COEFFICIENT
from stylegan_tf.numbers import MAX_COEFFICIENT

define_number(
    "coefficient",
    EMOTION_COEFFICIENT,
    "Factor of the directions (thesis 4.4).",
    -MAX_COEFFICIENT,
    MAX_COEFFICIENT,
)
