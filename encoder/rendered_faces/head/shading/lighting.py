"""Where light comes from, and how much: many weak lights around the head and a key light."""

import dataclasses

import numpy as np

from encoder.rendered_faces.head.parameters import Light

NUM_DIRECTIONS = 24
_WARM = np.array([1.0, 0.0, -1.2])


@dataclasses.dataclass(frozen=True)
class Lighting:
    """Directions point to the lights; colours are linear RGB radiances.

    Attributes:
      directions: [NUM_DIRECTIONS, 3], the same for all pictures.
      colours: [NUM_DIRECTIONS, 3].
      key_direction, key_colour: [3], of the key light's sharp part.
      fill_direction, fill_colour, rim_direction, rim_colour: [3], for highlights.
      softness: 0 to 1, of the key light.
    """

    directions: np.ndarray
    colours: np.ndarray
    key_direction: np.ndarray
    key_colour: np.ndarray
    fill_direction: np.ndarray
    fill_colour: np.ndarray
    rim_direction: np.ndarray
    rim_colour: np.ndarray
    softness: float


def light_directions() -> np.ndarray:
    """Evenly spread unit vectors [NUM_DIRECTIONS, 3]: a spiral, none from straight behind."""
    index = np.arange(NUM_DIRECTIONS) + 0.5
    z = 1 - 1.55 * index / NUM_DIRECTIONS
    angle = np.pi * (1 + 5**0.5) * index
    radius = np.sqrt(1 - z * z)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle), z], axis=1)


def make_lighting(light: Light) -> Lighting:
    """Spreads a key light, a fill light, a rim light and surroundings over the directions."""
    directions = light_directions()
    azimuth, elevation = np.radians([light.azimuth, light.elevation])
    key = np.array(
        [
            np.sin(azimuth) * np.cos(elevation),
            np.sin(elevation),
            np.cos(azimuth) * np.cos(elevation),
        ]
    )
    # Fill and rim come from the other side; the change of sides is smooth.
    other = -np.tanh(light.azimuth / 15)
    fill = _unit(np.array([0.8 * other, 0.1, 0.9]))
    rim = _unit(np.array([0.9 * other, 0.5, -0.75]))
    warm = 1 + 0.12 * light.warmth * _WARM
    soft = light.softness
    key_colour = 1.5 * light.key * warm
    around = 0.7 * (0.62 + 0.38 * directions[:, 1:2]) * [0.98, 1.0, 1.04] * 1.68 / NUM_DIRECTIONS
    colours = (
        around
        + _lobe(directions, key, 0.05 + 0.22 * soft) * key_colour * (0.2 + 0.6 * soft)
        + _lobe(directions, fill, 0.25) * light.fill * 0.6 * (2 - warm)
        + _lobe(directions, rim, 0.15) * 0.27
    )
    return Lighting(
        directions,
        colours,
        key,
        key_colour * (0.8 - 0.6 * soft) + 1e-4,
        fill,
        np.full(3, 0.5 * light.fill),
        rim,
        np.full(3, 0.3),
        soft,
    )


def light_frame(direction: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Two unit vectors at right angles to a direction and to each other."""
    helper = [0.0, 1.0, 0.0] if abs(direction[1]) < 0.95 else [1.0, 0.0, 0.0]
    right = _unit(np.cross(helper, direction))
    return right, np.cross(direction, right)


def _unit(vector: np.ndarray) -> np.ndarray:
    return vector / np.linalg.norm(vector)


def _lobe(directions: np.ndarray, towards: np.ndarray, width: float) -> np.ndarray:
    weights = np.exp((directions @ towards - 1) / width)
    return (weights / weights.sum())[:, None]
