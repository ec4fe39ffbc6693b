import dataclasses

import numpy as np
import pytest
import scipy.sparse as sp

from encoder.rendered_faces.head.geometry.hair import (
    RootField,
    grow_beard,
    grow_brows,
    grow_scalp,
)
from encoder.rendered_faces.head.geometry.hairline import SKULL_CENTRE, scalp_density
from encoder.rendered_faces.head.geometry.skull import Skull
from encoder.rendered_faces.head.geometry.strands import Roots, Strands, unit
from encoder.rendered_faces.head.parameters import NUM_PARAMETERS, read_vector

RADIUS = 1.45
HAIR = dataclasses.replace(read_vector(np.zeros(NUM_PARAMETERS)).hair, curl=0.0, recession=0.0)


@pytest.fixture(scope="module")
def ball():
    """Roots and skull of a bald ball."""
    rng = np.random.default_rng(0)
    directions = unit(rng.normal(size=(800, 3)))
    rest = (SKULL_CENTRE + RADIUS * directions).astype(np.float32)
    empty = sp.csr_matrix((len(rest), 1))
    roots = Roots(empty, empty, rest, rng.uniform(-1, 1, (len(rest), 8)).astype(np.float32))
    skull = Skull(SKULL_CENTRE + RADIUS * unit(rng.normal(size=(6000, 3))), np.zeros(3), 1.0, 1.0)
    return RootField(roots, rest, directions), skull


def lengths(strands: Strands) -> np.ndarray:
    return np.linalg.norm(np.diff(strands.points, axis=1), axis=-1).sum(axis=1)


def test_strands_start_at_their_roots_and_stay_outside(ball):
    field, skull = ball
    strands = grow_scalp(field, dataclasses.replace(HAIR, length=2.0), skull)

    np.testing.assert_allclose(strands.points[:, 0], field.positions, atol=1e-5)
    distance = np.linalg.norm(strands.points - SKULL_CENTRE, axis=-1)
    assert distance.min() > RADIUS - 0.12


def test_bare_skin_grows_nothing(ball):
    field, skull = ball
    bare = scalp_density(field.roots.rest + 0.0) == 0
    strands = grow_scalp(field, dataclasses.replace(HAIR, length=2.0), skull)

    width = np.linalg.norm(strands.across, axis=-1).max(axis=1)
    assert bare.sum() > 50
    deep = scalp_density(field.roots.rest + 0.05 * field.roots.random[:, :3]) == 0
    np.testing.assert_array_equal(width[deep], 0)


def test_long_hair_hangs_lower_than_short_hair(ball):
    field, skull = ball
    short = grow_scalp(field, dataclasses.replace(HAIR, length=0.2), skull)
    long = grow_scalp(field, dataclasses.replace(HAIR, length=3.0), skull)

    assert np.median(lengths(long)) > 5 * np.median(lengths(short))
    assert long.points[..., 1].min() < short.points[..., 1].min() - 1


def test_curly_hair_stands_off(ball):
    field, skull = ball

    def spread(curl: float) -> float:
        hair = dataclasses.replace(HAIR, length=0.8, curl=curl)
        tips = grow_scalp(field, hair, skull).points[:, -1]
        return float(np.median(np.linalg.norm(tips - SKULL_CENTRE, axis=1)))

    assert spread(1.0) > spread(0.0) + 0.1


@pytest.mark.parametrize("name", ["length", "volume", "curl", "parting", "recession"])
def test_hair_changes_smoothly(ball, name):
    field, skull = ball
    base = dataclasses.replace(HAIR, length=1.0, curl=0.4, fringe=0.0, volume=0.4)
    step = 1e-4
    moved = dataclasses.replace(base, **{name: getattr(base, name) + step})

    before, after = (grow_scalp(field, hair, skull) for hair in (base, moved))

    change = np.linalg.norm(after.points - before.points, axis=-1).max(axis=1)
    assert 0 < np.quantile(change, 0.98) < 0.02


def test_brows_and_beard_lie_on_the_skin(ball):
    field, _ = ball
    brows = grow_brows(field, HAIR)
    beard = grow_beard(field, dataclasses.replace(HAIR, beard=1.0), np.zeros(len(field.positions)))
    shaved = grow_beard(field, dataclasses.replace(HAIR, beard=0.0), np.zeros(len(field.positions)))

    assert lengths(brows).max() < 0.25
    assert lengths(beard).max() > 0.15
    assert np.linalg.norm(shaved.across, axis=-1).max() == 0
