"""Average Content Distances as published, each with its protocol (thesis 4.8, table 1)."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class PublishedDistance:
    """A published ACD of facial expressions; smaller is better.

    Attributes:
      model: what made the videos.
      acd: the number.
      protocol: how it was measured, as far as the source says.
      source: where it stands.
    """

    model: str
    acd: float
    protocol: str
    source: str


_MOCOGAN = "OpenFace, every two frames of a clip, MUG at 96×96"
_TABLE = "MoCoGAN (Tulyakov et al. 2018), table 1"

PUBLISHED_DISTANCES = (
    PublishedDistance("reference", 0.116, f"{_MOCOGAN}, real videos", _TABLE),
    PublishedDistance("VGAN", 0.322, _MOCOGAN, _TABLE),
    PublishedDistance("TGAN", 0.305, _MOCOGAN, f"{_TABLE}; thesis, table 1"),
    PublishedDistance("MoCoGAN", 0.201, _MOCOGAN, f"{_TABLE}; thesis, table 1"),
    PublishedDistance(
        "ours",
        0.167,
        "consecutive frames, 210 videos of 1024×1024; the descriptor is not told",
        "thesis, table 1",
    ),
)
