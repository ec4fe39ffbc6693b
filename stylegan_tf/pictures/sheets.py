"""Pictures of generators: one per seed, grids, style-mixing sheets, truncation sweeps."""

import os
from collections.abc import Iterator, Sequence

import numpy as np
from PIL import Image

from stylegan_tf.errors import InputError
from stylegan_tf.files.whole_files import write_atomically
from stylegan_tf.generator import Generator
from stylegan_tf.pictures.pixels import to_uint8
from stylegan_tf.progan_generator import ProganGenerator

NOISES = ("seed", "const", "random", "none")


def seed_images(
    Gs: Generator | ProganGenerator,
    seeds: Sequence[int],
    truncation_psi: float | None = None,
    truncation_cutoff: int | None = None,
    noise: str = "seed",
    label: int | None = None,
) -> Iterator[np.ndarray]:
    """One uint8 image `[H, W, C]` a seed, in their order.

    With `noise="seed"` these are the images that NVIDIA's `run_generator.py generate-images`
    writes: a seed draws Z and then every noise buffer.

    Args:
      Gs: the generator.
      seeds: integers from 0.
      truncation_psi: how far W goes from the average W; None for the network's own default.
      truncation_cutoff: how many of the first layers are truncated; None for the network's own
        with the network's own psi, else for all.
      noise: `seed`, or what `Generator.synthesize` takes.
      label: index of the class of a conditional network; None for no class.
    """
    labels = _one_hot(Gs.label_size, label)
    if noise not in NOISES:
        raise InputError(f"noise must be one of {', '.join(NOISES)}, not {noise!r}")
    if isinstance(Gs, ProganGenerator):
        if truncation_psi is not None or truncation_cutoff is not None:
            raise InputError("a Progressive GAN has no W to truncate")
        for seed in seeds:
            yield to_uint8(Gs.generate(Gs.sample_z([seed]), labels))[0]
        return
    if truncation_psi is None:
        truncation_psi, own_cutoff = Gs.truncation_psi, Gs.truncation_cutoff
        truncation_cutoff = own_cutoff if truncation_cutoff is None else truncation_cutoff
    for seed in seeds:
        w = Gs.map(Gs.sample_z([seed]), labels, truncation_psi, truncation_cutoff)
        values = Gs.sample_noise([seed]) if noise == "seed" else noise
        yield to_uint8(Gs.synthesize(w, values))[0]


def _one_hot(label_size: int, label: int | None) -> np.ndarray | None:
    if label is None:
        return None
    if not 0 <= label < label_size:
        classes = f"0 to {label_size - 1}" if label_size else "none: it is not conditional"
        raise InputError(f"there is no class {label}; the network has {classes}")
    return np.eye(label_size, dtype=np.float32)[[label]]


def truncation_rows(
    Gs: Generator, seeds: Sequence[int], psis: Sequence[float], noise: str = "const"
) -> Iterator[list[np.ndarray]]:
    """For each seed its images at each psi, as in figure 8 of the StyleGAN paper."""
    for seed in seeds:
        yield [next(seed_images(Gs, [seed], psi, noise=noise)) for psi in psis]


def mixing_rows(
    Gs: Generator,
    row_seeds: Sequence[int],
    column_seeds: Sequence[int],
    layers: Sequence[int],
    truncation_psi: float | None = None,
) -> Iterator[list[np.ndarray]]:
    """The style-mixing sheet of NVIDIA's `run_generator.py style-mixing-example`, row by row.

    The first row is a black field and the columns' own images; each further row begins with its
    own image, followed by it with the styles of `layers` taken from each column. Truncation is
    over all layers; None is the network's own psi.
    """
    psi = Gs.truncation_psi if truncation_psi is None else truncation_psi
    rows = Gs.map(Gs.sample_z(row_seeds), truncation_psi=psi)
    columns = Gs.map(Gs.sample_z(column_seeds), truncation_psi=psi)
    Gs.mix(rows[:1], columns[:1], layers)  # a wrong layer shows before the work begins

    def image(w: np.ndarray) -> np.ndarray:
        return to_uint8(Gs.synthesize(w))[0]

    top = [image(w[np.newaxis]) for w in columns]
    yield [np.zeros_like(top[0]), *top]
    for row in rows[:, np.newaxis]:
        mixed = [image(Gs.mix(row, column[np.newaxis], layers)) for column in columns]
        yield [image(row), *mixed]


def write_png(path: str | os.PathLike, image: np.ndarray) -> None:
    """Writes a uint8 image `[H, W, 1 or 3]` as PNG."""
    picture = Image.fromarray(image[:, :, 0] if image.shape[2] == 1 else image)
    with write_atomically(path) as temporary:
        picture.save(temporary, format="PNG")
