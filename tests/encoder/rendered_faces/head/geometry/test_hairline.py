import numpy as np

from encoder.rendered_faces.head.geometry.hairline import (
    beard_density,
    brow_density,
    hairline_height,
    scalp_density,
)

CROWN, FOREHEAD, NAPE, CHEEK = [0, 1.97, -1.1], [0, 1.0, 0.4], [0, -0.6, -2.5], [0.6, -0.5, 0.2]
TEMPLE = [0.75, 1.3, -0.1]


def test_hair_grows_on_crown_and_nape():
    density = scalp_density(np.array([CROWN, NAPE, FOREHEAD, CHEEK]))

    np.testing.assert_allclose(density, [1, 1, 0, 0])


def test_a_receding_hairline_bares_the_temples():
    before = hairline_height(np.array([TEMPLE, NAPE]))
    after = hairline_height(np.array([TEMPLE, NAPE]), recession=1.0)

    assert before[0] - after[0] > 8
    assert before[1] == after[1]


def test_brows_lie_above_the_eyes_and_mirror():
    places = np.array([[0.5, 0.34, 0.4], [-0.5, 0.34, 0.4], [0, 0.34, 0.5], [0.5, 0.0, 0.2]])

    density = brow_density(places, height=0.0, thickness=0.5, arch=0.5)

    assert density[0] == density[1] > 0.9
    np.testing.assert_allclose(density[2:], 0, atol=1e-3)


def test_thick_brows_are_wider():
    column = np.stack([np.full(60, 0.5), np.linspace(0, 0.9, 60), np.full(60, 0.4)], axis=1)

    thin, thick = (brow_density(column, 0.0, t, 0.5).sum() for t in (0.0, 1.0))

    assert thick > 1.5 * thin


def test_a_beard_spares_lips_and_cheeks():
    places = np.array([[0, -1.75, 0.3], [0.2, -1.0, 0.5], [0.6, -0.4, 0.2], [0, -1.75, 0.3]])

    density = beard_density(places, np.array([0, 0, 0, 1.0]))

    assert min(density[:2]) > 0.8
    np.testing.assert_allclose(density[2:], 0, atol=1e-3)


def test_knit_brows_lie_lower_at_their_inner_ends():
    column = np.stack([np.full(90, 0.27), np.linspace(0, 0.9, 90), np.full(90, 0.4)], axis=1)

    def height(knit: float) -> float:
        density = brow_density(column, 0.0, 0.5, 0.5, knit)
        return float((column[:, 1] * density).sum() / density.sum())

    assert height(1.0) < height(0.0) - 0.05 < height(-1.0) - 0.1
