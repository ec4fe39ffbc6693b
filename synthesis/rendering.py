"""From latents to frames, in batches of one size, with one graph."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from stylegan_tf.errors import InputError

if TYPE_CHECKING:
    from stylegan_tf.generator import Generator

BATCH_SIZE = 4
# Fresh noise in every frame would flicker; the fixed buffers do not.
NOISES = ("const", "none")


def render_frames(
    generator: "Generator",
    latents: Iterable[np.ndarray],
    batch_size: int = BATCH_SIZE,
    noise: str = "const",
) -> Iterator[np.ndarray]:
    """Makes one frame after the other; memory does not depend on how many there are.

    Every batch has `batch_size` latents (the last is filled up and cut), so a frame's pixels
    depend neither on its place nor on a second graph. Latents that repeat the one before, as in
    holds, are painted once.

    Args:
      generator: with `synthesize`.
      latents: float32 `[n, L, 512]` pieces in order, such as `Track.batches(n)`.
      batch_size: latents a step; more is faster on a GPU, and takes more memory.
      noise: `const` for the network's own noise, the same in all frames; `none`.

    Yields:
      uint8 RGB `[H, W, 3]`.

    Raises:
      InputError: a wrong batch size or noise.
    """
    if batch_size < 1:
        raise InputError(f"batch_size is {batch_size}; it must be 1 or more")
    if noise not in NOISES:
        raise InputError(f"noise {noise!r} is not one of {', '.join(NOISES)}")
    for codes, counts in _batches(latents, batch_size):
        for picture, count in zip(_paint(generator, codes, batch_size, noise), counts, strict=True):
            for _ in range(count):
                yield picture


def _batches(
    latents: Iterable[np.ndarray], batch_size: int
) -> Iterator[tuple[list[np.ndarray], list[int]]]:
    """Up to `batch_size` latents, each unlike the one before, and how often each comes."""
    codes: list[np.ndarray] = []
    counts: list[int] = []
    for piece in latents:
        for latent in piece:
            if codes and np.array_equal(codes[-1], latent):
                counts[-1] += 1
                continue
            if len(codes) == batch_size:
                yield codes, counts
                codes, counts = [], []
            codes.append(latent)
            counts.append(1)
    if codes:
        yield codes, counts


def _paint(
    generator: "Generator", codes: list[np.ndarray], batch_size: int, noise: str
) -> np.ndarray:
    from stylegan_tf import to_uint8

    filled = np.stack(codes + codes[-1:] * (batch_size - len(codes)))
    pictures = to_uint8(generator.synthesize(filled, noise=noise)[: len(codes)])
    return np.repeat(pictures, 3, axis=-1) if pictures.shape[-1] == 1 else pictures
