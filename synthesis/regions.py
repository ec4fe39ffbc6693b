"""Regions: what of a face an edit, or a driving clip, may change.

A region is a layer mask and an outline in the picture. `pose` is a matter of layers alone: a head
that turns changes the whole picture.
"""

import dataclasses

from stylegan_tf.errors import InputError
from synthesis.masks import LayerMask

# name → layer mask, and which outline of encoder.faces.pasting.OUTLINES.
_REGIONS: dict[str, tuple[str, str | None]] = {
    "face": ("emotion", "face"),
    "mouth": ("emotion", "mouth"),
    "eyes": ("emotion", "eyes"),
    "pose": ("pose", None),
}
REGIONS = tuple(_REGIONS)


@dataclasses.dataclass(frozen=True)
class Region:
    """One of `REGIONS`; raises InputError for another name.

    Attributes:
      name: what it is called.
    """

    name: str

    def __post_init__(self) -> None:
        if self.name not in _REGIONS:
            raise InputError(f"unknown region {self.name!r}; choose one of {', '.join(REGIONS)}")

    @property
    def mask(self) -> LayerMask:
        """The layers that it changes."""
        return LayerMask(_REGIONS[self.name][0])

    @property
    def outline(self) -> str | None:
        """The part of the picture that it changes; None for all of it."""
        return _REGIONS[self.name][1]
