"""Parity with NVIDIA's code on every golden network."""

import pathlib

import numpy as np
import pytest

from stylegan_tf.errors import InputError
from stylegan_tf.inspection import parity

DATA = pathlib.Path(__file__).parents[2] / "data" / "networks"

# What must have been compared: a golden file that loses arrays must not pass unnoticed.
COMPARISONS = {
    "ada_pt1024": 8,
    "ada_ptc32": 9,
    "ada_tfc32": 9,
    "progan_64": 5,
    "sg1_1024": 8,
    "sg1_64": 10,
    "sg1_cond32": 11,
    "sg2_cond32": 8,
    "sg2_f1024": 8,
    "sg2_f64": 7,
    "sg2_orig64": 7,
    "sg2_resnet64": 7,
    "sg2_revised32": 9,
    "sg3_sg2pt32": 9,
}


def test_all_golden_networks_are_tested():
    assert parity.golden_names(DATA) == sorted(COMPARISONS)


@pytest.mark.parametrize("name", COMPARISONS)
def test_parity(name):
    rows = list(parity.measure(DATA, name))
    assert len(rows) == COMPARISONS[name]
    assert [(row.what, row.error) for row in rows if not row.error <= row.limit] == []


def test_a_wrong_weight_shows():
    nets, golden = parity.load_golden(DATA, "sg2_cond32")
    variable = nets.Gs.variables_by_name["synthesis/32x32/Conv1/noise_strength"]
    variable.assign(variable.value + 0.05)
    errors = dict(parity._errors(nets, golden))
    assert errors["synthesis"] > 1e-4
    assert errors["mapping"] < 1e-5


def test_table_names_what_is_too_far():
    row = parity.Difference("n", "StyleGAN2", "synthesis", 2e-5, 3e-6, 1e-5)
    assert "| n | StyleGAN2 | synthesis | 2.0e-05 | 3.0e-06 | 1e-05 | too far |" in parity.table(
        [row]
    )


def test_relative_error_is_of_the_largest_value():
    assert parity.relative_error(np.array([1.0, 4.5]), np.array([1.0, 5.0])) == pytest.approx(0.1)


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(InputError, match="no golden networks"):
        parity.golden_names(tmp_path)
