"""What the sliders say, and the latents that follow from it."""

import dataclasses
from collections.abc import Mapping

import numpy as np

from emotion.emotion import EMOTION_COEFFICIENT, Emotion
from stylegan_tf.errors import InputError
from synthesis.keyframes import make_keyframe
from synthesis.masks import LayerMask
from synthesis.studio.fields import Fields, check_fields, number, text
from synthesis.studio.palette import TURNS, Palette

MAX_STRENGTH = 2.0
MAX_COEFFICIENT = 40.0
_LONGEST_MASK = 80
FIELDS = ("turns", "mask", "coefficient")


@dataclasses.dataclass(frozen=True)
class Manner:
    """How directions are applied, and where the head turns.

    Attributes:
      turns: `yaw`, `pitch` → −`MAX_STRENGTH` to `MAX_STRENGTH`.
      mask: what of the latent emotions change.
      coefficient: factor of the directions (thesis 4.4).
    """

    turns: Mapping[str, float] = dataclasses.field(default_factory=dict)
    mask: LayerMask = LayerMask("emotion")  # noqa: RUF009 - frozen
    coefficient: float = EMOTION_COEFFICIENT

    @classmethod
    def read(cls, fields: Fields) -> "Manner":
        """From the fields `FIELDS` of a request; raises InputError for wrong ones."""
        turns = check_fields(fields.get("turns", {}), TURNS, "turns")
        return cls(
            {name: number(turns, name, -MAX_STRENGTH, MAX_STRENGTH, 0) for name in turns},
            LayerMask(text(fields, "mask", _LONGEST_MASK, "emotion").strip()),
            number(fields, "coefficient", -MAX_COEFFICIENT, MAX_COEFFICIENT, EMOTION_COEFFICIENT),
        )

    def turn(self, latent: np.ndarray, palette: Palette) -> np.ndarray:
        """The face with its head turned: `latent + 8 · turn · direction` in the coarse layers.

        Turning is of the face and not of an emotion, so neither the mask nor the coefficient that
        are chosen for emotions count.

        Raises:
          InputError: the network has no such direction.
        """
        step = np.zeros(latent.shape, np.float64)
        for name, strength in self.turns.items():
            if strength and name not in palette.turns:
                raise InputError(f"this network has no direction for {name}")
            if strength:
                step += EMOTION_COEFFICIENT * strength * palette.turns[name].astype(np.float64)
        if not step.any():
            return latent
        return LayerMask("emotion").apply(latent, (latent + step).astype(np.float32))

    def express(
        self, latent: np.ndarray, palette: Palette, emotions: Mapping[Emotion, float]
    ) -> np.ndarray:
        """The turned face with emotions: see `synthesis.keyframes.make_keyframe`."""
        return make_keyframe(latent, palette.emotions, emotions, self.mask, self.coefficient)


def read_emotions(value: object) -> dict[Emotion, float]:
    """Strengths of emotions as a request names them; those of strength 0 are left out.

    Raises:
      InputError: an unknown emotion or a number out of range.
    """
    fields = check_fields(value, [emotion.label for emotion in Emotion], "emotions")
    strengths = {
        emotion: number(fields, emotion.label, -MAX_STRENGTH, MAX_STRENGTH, 0)
        for emotion in Emotion
        if emotion.label in fields
    }
    return {
        emotion: strength for emotion, strength in strengths.items() if strength and emotion.value
    }
