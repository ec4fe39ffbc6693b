"""The photographed skins, blended for a person."""

import numpy as np

from encoder.rendered_faces.head.assets import RendererAssets
from encoder.rendered_faces.head.parameters import Person
from encoder.rendered_faces.head.shading.textures import read_texture
from encoder.rendered_faces.head.shape_targets import RACES, SEXES

SKIN_AGES = ("young", "middleage", "old")
# Where the head lies in the 512-pixel skins: left, bottom, right, top, from the lower left corner.
HEAD_CROP = (320, 42, 512, 452)
SKIN_SIZE = 512


class Skins:
    """Eighteen skins: of each race, age and sex.

    Attributes:
      pictures: float32 [18, 512, 512, 3] in [0, 1], first row at the bottom.
      kinds: (race, age, sex) of each.
    """

    def __init__(self, assets: RendererAssets) -> None:
        """Reads the pictures."""
        self.kinds = [(race, age, sex) for race in RACES for age in SKIN_AGES for sex in SEXES]
        self.pictures = np.stack(
            [
                read_texture(assets.skin(age, race, sex), "RGB", SKIN_SIZE)
                for race, age, sex in self.kinds
            ]
        )

    def blend(self, person: Person) -> np.ndarray:
        """The skin of a person, float32 [512, 512, 3]."""
        by_race = dict(zip(RACES, person.race, strict=True))
        by_sex = dict(zip(SEXES, (1 - person.sex, person.sex), strict=True))
        age = person.age
        by_age = dict(
            zip(
                SKIN_AGES,
                (max(0.0, 1 - 2 * age), 1 - abs(2 * age - 1), max(0.0, 2 * age - 1)),
                strict=True,
            )
        )
        weights = [by_race[race] * by_age[age] * by_sex[sex] for race, age, sex in self.kinds]
        return np.tensordot(np.array(weights, np.float32), self.pictures, 1)

    def mean(self, race: str | None, not_race: str | None = None) -> np.ndarray:
        """The mean of the skins that are not old, of one race or of all but one, [512, 512, 3]."""
        chosen = [
            index
            for index, (kind, age, _) in enumerate(self.kinds)
            if age != "old" and (race is None or kind == race) and kind != not_race
        ]
        return self.pictures[chosen].mean(axis=0)
