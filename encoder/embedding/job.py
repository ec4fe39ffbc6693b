"""From pictures to latent files, many at a time, with loss curves and progress strips."""

import pathlib
from collections.abc import Callable, Sequence
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
from stylegan_tf.files import write_atomically

if TYPE_CHECKING:
    from stylegan_tf.generator import Generator

STRIP_STEPS = (0, 10, 100, 1000)


class EmbeddingJob:
    """Embeds many pictures into one folder; what is there already is kept.

    For the picture NAME there are `NAME.npy` (the latent), `NAME_loss.csv` and `NAME_loss.png`
    (the loss after each step) and `NAME_strip.png` (the target, then the face after 0, 10, 100
    and 1000 steps, as far as it went). `NAME.npy` is written last, and says that NAME is done.
    """

    def __init__(
        self, pictures: Sequence[Picture], output: pathlib.Path, *, overwrite: bool = False
    ) -> None:
        self._output = pathlib.Path(output)
        if self._output.exists() and not self._output.is_dir():
            raise InputError(f"{output} is a file; give a folder")
        self._pictures = list(pictures)
        self.pending = [p for p in pictures if overwrite or not self._path(p, ".npy").exists()]
        self.failed: list[str] = []  # what went wrong with which picture

    def run(
        self,
        generator: "Generator",
        read: Callable[[pathlib.Path], np.ndarray],
        embed: Callable[[list[np.ndarray]], list[Embedding]],
        batch_size: int = 1,
        on_picture: Callable[[], object] | None = None,
    ) -> int:
        """Embeds what is pending; returns how many latents were written.

        A picture that cannot be read is logged, noted in `failed` and passed over. The pictures of
        a batch change each other's results in the last bits, so batches are the same in every run:
        where one of a batch is missing, all of it is embedded and what is missing is written.

        Args:
          generator: draws the strips.
          read: path → aligned face, uint8 [S, S, 3]; raises InputError where there is none.
          embed: aligned faces → their embeddings.
          batch_size: how many pictures `embed` is given at once.
          on_picture: called for each picture, when it is done or has failed.
        """
        written = 0
        pending = {picture.name for picture in self.pending}
        for start in range(0, len(self._pictures), batch_size):
            chunk = self._pictures[start : start + batch_size]
            if not any(picture.name in pending for picture in chunk):
                continue
            batch: list[tuple[Picture, np.ndarray]] = []
            for picture in chunk:
                try:
                    batch.append((picture, read(picture.path)))
                except InputError as error:
                    self.failed.append(str(error))
                    logging.warning("%s", error)
                    if on_picture is not None:
                        on_picture()
            embeddings = embed([image for _, image in batch]) if batch else []
            for (done, image), embedding in zip(batch, embeddings, strict=True):
                if done.name in pending:
                    self._write(done, image, embedding, generator)
                    written += 1
                    if on_picture is not None:
                        on_picture()
        return written

    def _write(
        self, picture: Picture, image: np.ndarray, embedding: Embedding, generator: "Generator"
    ) -> None:
        if embedding.losses.size:
            write_losses(self._path(picture, "_loss.csv"), embedding.losses)
            plot_losses(self._path(picture, "_loss.png"), embedding.losses, picture.name)
        strip = progress_strip(image, embedding, generator)
        write_image(self._path(picture, "_strip.png"), strip)
        save_latent(self._path(picture, ".npy"), embedding.latent)

    def _path(self, picture: Picture, ending: str) -> pathlib.Path:
        return self._output / f"{picture.name}{ending}"


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
    latents = [(f"step {step}", latent) for step, latent in sorted(embedding.snapshots.items())]
    latents.append(("result", embedding.latent))
    drawn = [to_uint8(generator.synthesize(latent[None]))[0] for _, latent in latents]
    return captioned_sheet([[image, *drawn]], ["target", *(caption for caption, _ in latents)])
