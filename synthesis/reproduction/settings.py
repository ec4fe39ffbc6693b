"""What the whole thesis is made anew from, and how much of it."""

import dataclasses
import pathlib

SHIPPED_NETWORK = "rendered-faces"


@dataclasses.dataclass(frozen=True)
class Extent:
    """How much is made; `THESIS` is what the thesis made.

    Attributes:
      subjects: persons of the rendered labelled faces, seven pictures each.
      picture_size: side of the rendered pictures in pixels.
      iterations: steps of an embedding (thesis 4.2).
      pictures: how many figures 17 and 18 show.
      sequence_length: emotions of the video.
      frames_between: in-between frames of the stand-ins for trailers.
      sequences, epochs: of the LSTM, where no trailers are given.
      faces: random faces of table 1 (thesis 4.8).
      baseline_steps: training steps of TGAN and MoCoGAN; None for the originals'.
    """

    subjects: int
    picture_size: int
    iterations: int
    pictures: int
    sequence_length: int
    frames_between: int
    sequences: int
    epochs: int
    faces: int
    baseline_steps: int | None


# 30 persons as in IMPA-FACE3D (thesis 3.1.2), 1,000 steps (4.2), 35 faces (4.8).
THESIS = Extent(30, 1024, 1000, 5, 12, 32, 6000, 12, 35, None)
QUICK = Extent(8, 256, 20, 2, 2, 8, 2000, 8, 2, 6)


@dataclasses.dataclass(frozen=True)
class Settings:
    """What is given; None where the rendered stand-in is to do.

    Attributes:
      network: a name or a file.
      impa_face3d, mug, celeba: folders of the data sets.
      trailers: clips.
      encoder: a coarse encoder for the network: a name or a file.
      tgan, mocogan, vgan: folders of trainings.
      vgg_weights, detector: see the flags of the drivers.
      quick: whether the extent is meant for trying.
      extent: how much is made.
    """

    network: str
    impa_face3d: str | None
    mug: str | None
    celeba: str | None
    trailers: tuple[str, ...]
    encoder: str | None
    tgan: str | None
    mocogan: str | None
    vgan: str | None
    vgg_weights: str
    detector: str
    quick: bool
    extent: Extent

    @property
    def is_shipped(self) -> bool:
        """Whether the network is the one that ships, of drawn faces."""
        return self.network == SHIPPED_NETWORK

    @property
    def coarse_encoder(self) -> str | None:
        """The coarse encoder at hand; the one that ships goes with the network that ships."""
        return self.encoder or (SHIPPED_NETWORK if self.is_shipped else None)

    @property
    def network_name(self) -> str:
        """The network's name for a reader."""
        return "rendered-faces (ships)" if self.is_shipped else pathlib.Path(self.network).name
