"""Clips of rendered faces, calm → emotion → calm, as the takes of MUG show them (thesis 3.1.3).

They stand in for MUG, which only its owners can hand out, and lie on disk in its layout:
`subjects3/001/surprise/take000/img_0000.jpg`.
"""

import dataclasses
import functools
import os
import pathlib
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from PIL import Image

from encoder.rendered_faces.parameters import EXPRESSIONS, sample_identities, with_expression
from encoder.rendered_faces.renderer import render_face
from stylegan_tf.runners.local_runner import LocalRunner

_QUALITY = 95  # of JPEG


@dataclasses.dataclass(frozen=True)
class RenderedClip:
    """A clip to render: MUG's path of its folder, and whose face shows what."""

    name: str
    person: tuple[float, ...]
    expression: str


def rendered_clips(subjects: int, seed: int = 0) -> list[RenderedClip]:
    """Every subject with the six expressions, one take each.

    The persons are those of `labelled_vectors` with the same seed.
    """
    people = sample_identities(subjects, np.random.default_rng(seed))
    return [
        RenderedClip(
            f"subjects3/{subject:03d}/{expression}/take000", tuple(person.tolist()), expression
        )
        for subject, person in enumerate(people, start=1)
        for expression in EXPRESSIONS
    ]


def strengths(frames: int) -> np.ndarray:
    """The strength of the emotion in each frame, float [frames]: sin² from 0 to 1 and back."""
    return np.sin(np.linspace(0, np.pi, frames)) ** 2


def render_clip(clip: RenderedClip, frames: int, size: int) -> np.ndarray:
    """The frames of a clip, uint8 [frames, size, size, 3]; the first and last are calm."""
    person = np.array(clip.person, np.float32)
    vectors = [with_expression(person, clip.expression, float(s)) for s in strengths(frames)]
    return np.stack([render_face(vector, size) for vector in vectors])


def render_clips(
    clips: Sequence[RenderedClip], frames: int, size: int, workers: int = 1
) -> Iterator[tuple[RenderedClip, np.ndarray]]:
    """Each clip with its frames, rendered in several processes."""
    render = functools.partial(render_clip, frames=frames, size=size)
    yield from LocalRunner(workers).map(render, clips)


def write_take(folder: str | os.PathLike, frames: Iterable[np.ndarray]) -> None:
    """Writes frames as MUG names them: `img_0000.jpg`, `img_0001.jpg` and so on."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True)
    for number, frame in enumerate(frames):
        Image.fromarray(frame).save(folder / f"img_{number:04d}.jpg", quality=_QUALITY)
