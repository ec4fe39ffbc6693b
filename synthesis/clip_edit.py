"""A real clip with another expression: embedded, moved along a direction, put back frame by frame.

As in "Stitch it in Time" (Tzaban et al. 2022): the longest stretch of one person is aligned with
smoothing, every frame is embedded from the one before it, one network is tuned for the whole
stretch, the same change is added to all latents, and the faces go back into the frames.
"""

import dataclasses
import itertools
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from encoder.clips.reading import read_frames
from encoder.faces.pasting import blend_faces, outline_mask, paste_face, to_aligned
from stylegan_tf.errors import InputError
from synthesis.pose.driving_clip import Stretch
from synthesis.pose.smoothing import SMOOTHING_SECONDS, smooth_alignment
from synthesis.regions import Region
from synthesis.rendering import BATCH_SIZE, render_frames

if TYPE_CHECKING:
    from stylegan_tf.generator import Generator

RAMP_SECONDS = (
    0.5  # in which a change sets in and fades out, so that the stretch's ends do not jump
)


@dataclasses.dataclass(frozen=True, eq=False)
class ClipFaces:
    """Where in a stretch's frames its faces are.

    Attributes:
      stretch: which frames.
      squares: float32 `[F, 68, 2]`, landmarks that say how each frame is aligned; they glide.
      outlines: float32 `[F, 68, 2]`, the face's own landmarks, smoothed: where it is put back.
    """

    stretch: Stretch
    squares: np.ndarray
    outlines: np.ndarray

    @classmethod
    def of(cls, stretch: Stretch, smoothing_seconds: float = SMOOTHING_SECONDS) -> "ClipFaces":
        """The faces of a stretch, smoothed over time (see `smooth_alignment`)."""
        squares = smooth_alignment(stretch.landmarks, stretch.fps, smoothing_seconds)
        sigma = smoothing_seconds * stretch.fps
        outlines = stretch.landmarks
        if sigma:
            # Landmarks follow the head more closely than the square: a mouth opens quickly.
            outlines = ndimage.gaussian_filter1d(outlines, sigma / 2, axis=0, mode="nearest")
        return cls(stretch, squares, np.asarray(outlines, np.float32))

    def __len__(self) -> int:
        return len(self.stretch)


def ramped(offset: np.ndarray, frames: int, fps: float, seconds: float) -> np.ndarray:
    """One change for a whole stretch, which sets in and fades out: float32 `[frames, L, 512]`.

    Args:
      offset: `[L, 512]`, the change at its fullest.
      frames: of the stretch.
      fps: frames per second.
      seconds: of each ramp; 0 for none.

    Raises:
      InputError: a negative time.
    """
    if seconds < 0:
        raise InputError(f"ramp_seconds is {seconds}; it must be 0 or more")
    number = np.arange(frames)
    from_ends = np.minimum(number, frames - 1 - number) / fps
    weight = np.clip(from_ends / seconds, 0, 1) if seconds else np.ones(frames)
    weight = weight * weight * (3 - 2 * weight)
    return (weight[:, None, None] * offset).astype(np.float32)


def evenly(count: int, chosen: int) -> np.ndarray:
    """At most `chosen` indices out of `count`, spread evenly, the first and the last among them."""
    if chosen < 1:
        raise InputError(f"tuning_pictures is {chosen}; it must be 1 or more")
    return np.unique(np.linspace(0, count - 1, min(chosen, count)).round().astype(int))


def edited_frames(
    generator: "Generator",
    faces: ClipFaces,
    latents: np.ndarray,
    offsets: np.ndarray,
    region: Region | None = None,
    *,
    batch_size: int = BATCH_SIZE,
    noise: str = "const",
    allow_truncated: bool = False,
) -> Iterator[np.ndarray]:
    """All frames of the clip at their own size; those of the stretch with the face changed.

    Args:
      generator: draws the faces; tuned to them or not.
      faces: of the stretch.
      latents: float32 `[F, L, 512]`, the frames' own.
      offsets: float32 `[F, L, 512]`, the change of each.
      region: what of the face may change in the picture; None for everything.
      batch_size, noise: see `render_frames`.
      allow_truncated: take the readable part of a damaged clip.

    Yields:
      uint8 RGB `[H, W, 3]`; outside the face's outline, and outside the stretch, bit-equal to the
      clip's.

    Raises:
      InputError: not as many latents as frames.
    """
    if not len(faces) == len(latents) == len(offsets):
        raise InputError(
            f"{len(latents)} latents and {len(offsets)} changes do not go with {len(faces)} frames"
        )
    frames = read_frames(faces.stretch.path, allow_truncated)
    yield from itertools.islice(frames, faces.stretch.first)
    pairs = (np.stack([w, w + offset]) for w, offset in zip(latents, offsets, strict=True))
    drawn = render_pairs(generator, pairs, batch_size, noise)
    outline = None if region is None else region.outline
    for index, (unedited, edited) in enumerate(drawn):
        frame = next(frames, None)
        if frame is None:
            raise InputError(f"{faces.stretch.path} ends within the stretch; has it changed?")
        square, points = faces.squares[index], faces.outlines[index]
        face = edited
        if outline is not None:
            side = edited.shape[0]
            part = outline_mask(to_aligned(square, points, side), (side, side), outline, side)
            face = blend_faces(edited, unedited, part)
        mask = outline_mask(points, (frame.shape[1], frame.shape[0]))
        yield paste_face(frame, face, square, unedited=unedited, mask=mask)
    yield from frames


def render_pairs(
    generator: "Generator", pairs: Iterable[np.ndarray], batch_size: int, noise: str
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Frames with and without the change, two at a time.

    Args:
      generator: draws them.
      pairs: float32 `[2, L, 512]` each.
      batch_size, noise: see `render_frames`.
    """
    pictures = render_frames(generator, pairs, batch_size, noise)
    return zip(pictures, pictures, strict=True)
