import numpy as np

from encoder.rendered_faces.head.learning.layer_mixing import draw_mixed_vectors
from encoder.rendered_faces.head.parameters import NUM_PARAMETERS, group_indices

ONES, ZEROS = np.ones((400, NUM_PARAMETERS)), np.zeros((400, NUM_PARAMETERS))


def told(layers: int = 18) -> np.ndarray:
    return draw_mixed_vectors(ONES, ZEROS, layers, np.random.default_rng(0))


def test_layers_always_hear_of_what_is_their_own():
    mixed = told()

    assert mixed.shape == (400, 18, NUM_PARAMETERS)
    assert mixed[:, :3, group_indices("pose")].all()
    assert mixed[:, :3, group_indices("head")].all()
    assert mixed[:, 3:7, group_indices("emotion")].all()
    assert mixed[:, 7:, group_indices("colour")].all()


def test_other_layers_hear_of_it_in_part_of_the_pictures():
    fine = told()[:, 7:, group_indices("emotion")]

    # All entries of a group and all layers of a block together.
    assert ((fine == fine[:, :1, :1]).all(axis=(1, 2))).all()
    assert 0.5 < fine[:, 0, 0].mean() < 0.7


def test_a_small_network_has_no_fine_layers():
    assert told(layers=6).shape == (400, 6, NUM_PARAMETERS)
