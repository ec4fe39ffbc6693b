"""Flag of drivers that draw random faces: --truncation_psi."""

from tools.flag_sets.numbers import define_number

define_number("truncation_psi", 0.7, "Random faces: 1 as drawn, 0 the average face.", -10, 10)
