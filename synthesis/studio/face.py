"""Whose face a session has."""

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from stylegan_tf.generator import Generator

MAX_SEED = 2**32 - 1
FILE = "face.npy"


@dataclasses.dataclass(frozen=True)
class Face:
    """A calm face.

    Attributes:
      latent: float32 `[L, 512]`.
      seed, psi: what a random face was drawn from; None for a photograph's.
    """

    latent: np.ndarray
    seed: int | None = None
    psi: float = 1.0

    @property
    def flags(self) -> dict[str, object]:
        """The drivers' flags that say the same."""
        if self.seed is None:
            return {"latent": FILE}
        return {"seed": self.seed, "truncation_psi": self.psi}

    def turned(self, latent: np.ndarray) -> "Face":
        """The face of a latent that was made from this one; itself if nothing changed."""
        return self if np.array_equal(latent, self.latent) else Face(latent)

    def describe(self) -> dict[str, object]:
        """What the page is told."""
        if self.seed is None:
            return {"kind": "photograph"}
        return {"kind": "rolled", "seed": self.seed, "psi": self.psi}


def roll_face(generator: "Generator", seed: int, psi: float) -> Face:
    """The random face of a seed, as the drivers draw it with --seed and --truncation_psi."""
    latent = generator.map(generator.sample_z([seed]), truncation_psi=psi)[0]
    return Face(latent, seed, psi)
