"""From pictures to latent files, many at a time, with loss curves and progress strips."""

import contextlib
import dataclasses
import functools
import pathlib
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from absl import logging
from matplotlib.figure import Figure

from encoder.captioned_sheet import captioned_sheet
from encoder.embedding.latents import save_latent
from encoder.embedding.result import Embedding
from encoder.images import write_image
from encoder.picture_sets import Picture
from stylegan_tf import to_uint8
from stylegan_tf.errors import InputError
from stylegan_tf.files.whole_files import write_atomically
from stylegan_tf.network_difference import SUFFIX
from stylegan_tf.outputs.output_folder import OutputFolder
from stylegan_tf.outputs.record import describe_file
from stylegan_tf.outputs.url_folder import UrlFolder
from stylegan_tf.runners.local_runner import LocalRunner
from stylegan_tf.runners.runner import Files, Runner, make_files

if TYPE_CHECKING:
    from stylegan_tf.generator import Generator

STRIP_STEPS = (0, 10, 100, 1000)
ENDINGS = (".npy", "_strip.png", "_loss.csv", "_loss.png")  # of the files of a picture


class EmbeddingJob:
    """Embeds many pictures into one folder; what is there already is kept.

    For the picture NAME there are `NAME.npy` (the latent), `NAME_loss.csv` and `NAME_loss.png`
    (the loss after each step) and `NAME_strip.png` (the target, then the face after 0, 10, 100
    and 1000 steps, as far as it went). Where embeddings come with a tuned network there is
    `NAME.tuned.npz` too, and it draws the strip's last picture.
    """

    def __init__(
        self, pictures: Sequence[Picture], folder: OutputFolder | UrlFolder, tuned: bool = False
    ) -> None:
        self._folder = folder
        endings = (*ENDINGS, SUFFIX) if tuned else ENDINGS
        self._pictures = list(pictures)
        self._checksums = {p.name: describe_file(p.path).sha256 for p in pictures}
        self.pending = [
            picture
            for picture in self._pictures
            if not folder.is_done(
                picture.name,
                self._checksums[picture.name],
                [f"{picture.name}{ending}" for ending in endings],
            )
        ]
        self.failed: list[str] = []  # what went wrong with which picture

    def run(
        self,
        embed: Callable[["Batch"], Mapping[str, Files | InputError]],
        batch_size: int = 1,
        on_picture: Callable[[], object] | None = None,
        runner: Runner = LocalRunner(),  # noqa: B008 - it never changes
    ) -> int:
        """Embeds what is pending; returns how many latents were written. The folder is opened.

        Which pictures are embedded together depends on their places among all pictures, and not on
        what is done: neighbours in a batch change each other's last bits, and a run that was
        interrupted is to end with the same bytes. So a batch of which anything is pending is
        embedded whole, and of it only what is pending is written.

        A picture that cannot be read is logged, noted in `failed` and passed over.

        Args:
          embed: a `BatchEmbedder`, or what makes one where the runner works.
          batch_size: how many pictures it is given at once.
          on_picture: called for each pending picture, when it is done or has failed.
          runner: where pictures are embedded.
        """
        written = 0
        pending = {picture.name for picture in self.pending}
        batches = (
            Batch(tuple(batch), frozenset(pending & {picture.name for picture in batch}))
            for first in range(0, len(self._pictures), batch_size)
            if (batch := self._pictures[first : first + batch_size])
        )
        left = (batch for batch in batches if batch.pending)
        with contextlib.closing(runner.map(embed, left)) as results:
            for _, result in results:
                for name, files in result.items():
                    if isinstance(files, InputError):
                        self.failed.append(str(files))
                        logging.warning("%s", files)
                    else:
                        self._folder.place(name, files, self._checksums[name])
                        written += 1
                    if on_picture is not None and name in pending:
                        on_picture()
        return written


@dataclasses.dataclass(frozen=True)
class Batch:
    """Pictures that are embedded together.

    Attributes:
      pictures: all of them.
      pending: names of those that are written.
    """

    pictures: tuple[Picture, ...]
    pending: frozenset[str]


class BatchEmbedder:
    """Embeds batches with a network that stays loaded."""

    def __init__(
        self,
        generator: "Generator",
        read: Callable[[pathlib.Path], np.ndarray],
        embed: Callable[[list[np.ndarray]], list[Embedding]],
    ) -> None:
        """Keeps them.

        Args:
          generator: draws the strips.
          read: path → aligned face, uint8 [S, S, 3]; raises InputError where there is none.
          embed: aligned faces → their embeddings.
        """
        self._generator, self._read, self._embed = generator, read, embed

    def __call__(self, batch: Batch) -> dict[str, Files | InputError]:
        """The files of each pending picture by its name, and why others could not be read."""
        results: dict[str, Files | InputError] = {}
        images: dict[str, np.ndarray] = {}
        pending = batch.pending
        for picture in sorted(batch.pictures, key=lambda picture: picture.name not in pending):
            if picture.name not in pending and not images:
                break  # nothing of this batch can be written
            try:
                images[picture.name] = self._read(picture.path)
            except InputError as error:
                results[picture.name] = error
        names = [picture.name for picture in batch.pictures if picture.name in images]
        embeddings = self._embed([images[name] for name in names]) if names else []
        for name, embedding in zip(names, embeddings, strict=True):
            if name in pending:
                write = functools.partial(self._write, name, images[name], embedding)
                _, results[name] = make_files(write)
        return results

    def _write(
        self, name: str, image: np.ndarray, embedding: Embedding, folder: pathlib.Path
    ) -> None:
        latent, strip, table, plot = ENDINGS
        if embedding.losses.size:
            write_losses(folder / f"{name}{table}", embedding.losses)
            plot_losses(folder / f"{name}{plot}", embedding.losses, name)
        write_image(folder / f"{name}{strip}", progress_strip(image, embedding, self._generator))
        if embedding.difference is not None:
            embedding.difference.save(folder / f"{name}{SUFFIX}")
        save_latent(folder / f"{name}{latent}", embedding.latent)


def write_losses(path: pathlib.Path, losses: np.ndarray) -> None:
    """Writes the CSV step, loss; step 0 is the start."""
    with write_atomically(path) as temporary:
        pd.DataFrame({"step": range(len(losses)), "loss": losses}).to_csv(temporary, index=False)


def plot_losses(path: pathlib.Path, losses: np.ndarray, title: str) -> None:
    """Draws the losses over the steps, on a logarithmic axis."""
    figure = Figure(figsize=(5, 3), layout="constrained")
    axes = figure.add_subplot(title=title, xlabel="step", ylabel="loss", yscale="log")
    axes.plot(losses)
    axes.grid(alpha=0.3)
    with write_atomically(path) as temporary:
        figure.savefig(temporary)


def progress_strip(image: np.ndarray, embedding: Embedding, generator: "Generator") -> np.ndarray:
    """The target, the face at each snapshot and the result, side by side, with captions.

    Returns uint8 [272, 256 · n, 3].
    """
    steps = sorted(embedding.snapshots)
    drawn = [to_uint8(generator.synthesize(embedding.snapshots[step][None]))[0] for step in steps]
    drawn.append(draw_embedding(embedding, generator))
    return captioned_sheet([[image, *drawn]], ["target", *(f"step {s}" for s in steps), "result"])


def draw_embedding(embedding: Embedding, generator: "Generator") -> np.ndarray:
    """The face of an embedding, by its tuned network if it has one: uint8 `[H, W, 3]`."""
    tuned = embedding.difference
    with contextlib.nullcontext() if tuned is None else tuned.applied(generator):
        return to_uint8(generator.synthesize(embedding.latent[None]))[0]
