"""Rendered faces as data: a labelled set of subjects × expressions, and pictures to train on.

The labelled set stands in for IMPA-FACE3D and MUG, which only their owners can hand out. It lies
on disk as `s001/happiness.png` … and is read like any labelled folder.
"""

import functools
import os
import pathlib

import numpy as np
import tqdm

from encoder.images import write_image
from encoder.rendered_faces.parameters import (
    EXPRESSIONS,
    NUM_IDENTITY,
    sample_identities,
    with_expression,
)
from encoder.rendered_faces.renderer import render_face
from stylegan_tf.files.arrays import map_array
from stylegan_tf.files.whole_files import write_atomically
from stylegan_tf.outputs.output_folder import OutputFolder
from stylegan_tf.runners.local_runner import LocalRunner, count_cores


def sample_faces(count: int, rng: np.random.Generator) -> np.ndarray:
    """Face vectors [count, NUM_PARAMETERS] to train on: 30 % calm, 50 % one emotion, 20 % two.

    A lone emotion has a strength up to 1.5, beyond anything a labelled set shows, so that a
    direction may overshoot; two together have up to 0.8 each.
    """
    vectors = sample_identities(count, rng)
    kind = rng.choice(3, count, p=(0.3, 0.5, 0.2))
    first, second = rng.permuted(np.tile(np.arange(len(EXPRESSIONS)), (count, 1)), axis=1)[:, :2].T
    rows = np.arange(count)
    vectors[rows, NUM_IDENTITY + first] = np.where(
        kind == 1, rng.uniform(0, 1.5, count), np.where(kind == 2, rng.uniform(0, 0.8, count), 0)
    )
    vectors[rows, NUM_IDENTITY + second] = np.where(kind == 2, rng.uniform(0, 0.8, count), 0)
    return vectors


def render_faces(vectors: np.ndarray, size: int, path: str | os.PathLike) -> np.ndarray:
    """Renders face vectors on all cores into one file, or opens it if it is complete.

    Args:
        vectors: [n, NUM_PARAMETERS].
        size: side of the pictures in pixels.
        path: a .npy file; it appears once all pictures are in it.

    Returns:
        uint8 [n, size, size, 3], mapped from the file, not in memory.
    """
    path = pathlib.Path(path)
    shape = (len(vectors), size, size, 3)
    if not path.exists():
        with write_atomically(path) as temporary:
            written = np.lib.format.open_memmap(temporary, "w+", np.uint8, shape)
            render = functools.partial(render_face, size=size)
            rendered = LocalRunner(count_cores()).map(render, vectors)
            bar = tqdm.tqdm(rendered, f"rendering {size}×{size}", len(vectors), unit="face")
            for index, (_, image) in enumerate(bar):
                written[index] = image
            written.flush()
    images = map_array(path)
    if images.shape != shape:
        raise ValueError(f"{path} holds {images.shape}, not {shape}: remove it to render anew")
    return images


def write_labelled_faces(
    folder: OutputFolder, subjects: int, size: int = 1024, seed: int = 0
) -> None:
    """Writes `subjects` persons × seven expressions as `s001/calm.png`, `s001/anger.png` and so on.

    As in a studio, light and background are the same in all pictures of a subject. Pictures that
    are there already are kept; each is an item of `folder`, called by its name.

    Raises:
      InputError: a file of the user's own is in the way, or another process holds the folder.
    """
    missing = {
        name: vector
        for name, vector in labelled_vectors(subjects, seed)
        if not folder.is_done(name, expected=[name])
    }
    if not missing:
        return
    with folder.opened():
        work = [(folder.stage(name) / name, vector) for name, vector in missing.items()]
        write = functools.partial(_write_face, size=size)
        written = LocalRunner(count_cores()).map(write, work)
        bar = tqdm.tqdm(written, "rendering", len(missing), unit="face")
        for name, _ in zip(missing, bar, strict=True):
            folder.commit(name)


def labelled_vectors(subjects: int, seed: int = 0) -> list[tuple[str, np.ndarray]]:
    """The file names and face vectors of the labelled set."""
    people = sample_identities(subjects, np.random.default_rng(seed))
    return [
        (f"s{subject:03d}/{expression}.png", with_expression(person, expression))
        for subject, person in enumerate(people, start=1)
        for expression in ("calm", *EXPRESSIONS)
    ]


def _write_face(face: tuple[pathlib.Path, np.ndarray], size: int) -> None:
    path, vector = face
    write_image(path, render_face(vector, size))
