"""A photograph becomes a face: found, aligned, embedded while one looks on."""

import contextlib
import dataclasses
import functools
import pathlib
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from encoder.embedder import COARSE, EmbeddingOptions, FaceEmbedder
from encoder.faces.alignment_job import NoFaceError, align_picture
from encoder.images import resize_image
from stylegan_tf.errors import InputError
from stylegan_tf.runners.local_runner import LocalRunner
from synthesis.studio.face import Face
from synthesis.studio.jobs import Job
from synthesis.studio.painter import PREVIEW_SIDE, Kept, Painter, encode_jpeg
from synthesis.studio.uploads import check_photograph

if TYPE_CHECKING:
    from stylegan_tf.generator import Generator

UPLOAD = "photograph"
_LOOKS = 40  # pictures on the way of a search
NO_FACE = (
    "no face was found in this photograph; take one in which the face is larger and looks "
    "towards the camera"
)


@dataclasses.dataclass(frozen=True)
class Embedding:
    """How a studio embeds faces.

    Attributes:
      search: the search from the encoder's guess, or from its own start without one.
      encoder: a coarse encoder for this generator; None if there is none.
      detector, detection_size: see `encoder.detect_faces`.
    """

    search: EmbeddingOptions
    encoder: str | None
    detector: str
    detection_size: int

    def __post_init__(self) -> None:
        if self.search.method == COARSE:
            raise InputError("the studio searches from an encoder's guess; choose another --method")


class Embedders:
    """The embedders of a studio; each is made when it is first needed."""

    def __init__(self, generator: "Generator", options: Embedding) -> None:
        """Keeps the options."""
        self._generator = generator
        self.options = options

    @functools.cached_property
    def search(self) -> FaceEmbedder:
        """Which searches for the latent."""
        return FaceEmbedder(self._generator, self.options.search)

    @functools.cached_property
    def guess(self) -> FaceEmbedder | None:
        """Which predicts it, if there is an encoder."""
        if self.options.encoder is None:
            return None
        options = EmbeddingOptions(COARSE, encoder=self.options.encoder)
        return FaceEmbedder(self._generator, options)


def embed_photograph(
    job: Job,
    embedders: Embedders,
    painter: Painter,
    done: Callable[[Face], None],
) -> None:
    """Aligns and embeds the largest face of a photograph, the `UPLOAD` in the job's folder.

    The photograph is removed.

    Args:
      job: whose progress is told and which gets the pictures on the way.
      embedders: of the studio's generator.
      painter: draws the pictures on the way.
      done: is given the face.

    Raises:
      InputError: it is no picture, too large, or shows no face.
    """
    path = job.folder / UPLOAD
    job.begin("looking for the face")
    try:
        aligned = _align(path, embedders.options)
    finally:
        path.unlink()
    job.show(encode_jpeg(resize_image(aligned, PREVIEW_SIDE, PREVIEW_SIDE)))
    kept = Kept()

    def look(latent: np.ndarray) -> None:
        job.show(encode_jpeg(painter.paint(kept, latent, latent, preview=True)))

    latent = None
    job.begin("guessing")
    if embedders.guess is not None:
        latent = embedders.guess.embed(aligned)
        look(latent)
    steps = embedders.options.search.steps
    if steps or latent is None:
        job.begin("preparing the search")
        search = embedders.search
        job.begin("searching", steps)
        every = max(steps // _LOOKS, 1)

        def step() -> None:
            job.step()
            painter.give_way()
            if job.done % every == 0:
                look(search.best_latent())

        start = None if embedders.options.search.method == "lipton" else latent
        latent = search.embed(aligned, start, on_step=step)
    look(latent)
    done(Face(latent))


def _align(path: pathlib.Path, options: Embedding) -> np.ndarray:
    check_photograph(path)
    align = functools.partial(
        align_picture, detector=options.detector, detection_size=options.detection_size
    )
    try:
        # In another process: dlib would hold Python's lock, and all live pictures, for seconds.
        with contextlib.closing(LocalRunner(2).map(align, [path])) as results:
            _, (aligned,) = next(results)
    except NoFaceError:
        raise InputError(NO_FACE) from None
    except InputError as error:
        raise InputError(str(error).replace(str(path), "this photograph")) from None
    return aligned
