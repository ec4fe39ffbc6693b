"""Flag of drivers that draw random faces: --truncation_psi."""

from tools.flag_sets.numbers import define_number

from stylegan_tf.numbers import MAX_PSI

define_number(
    "truncation_psi", 0.7, "Random faces: 1 as drawn, 0 the average face.", -MAX_PSI, MAX_PSI
)
