"""Live pictures: small while a slider moves, full size when it rests."""

import contextlib
import io
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from encoder.images import resize_image
from stylegan_tf.errors import InputError

if TYPE_CHECKING:
    from stylegan_tf.generator import Generator
    from stylegan_tf.partial_synthesis import Features

PREVIEW_SIDE = 256
_PREVIEW_QUALITY = 85  # JPEG
_QUALITY = 93
_PATIENCE = 1.0  # seconds that a long job waits for live pictures before its next batch


class Kept:
    """What one session's last pictures have left to go on from.

    Attributes:
      face: the latent, and what the blocks before the first edited layer made of it.
      edited: the latent, and its features at the preview's resolution.
    """

    def __init__(self) -> None:
        self.face: tuple[np.ndarray, Features] | None = None
        self.edited: tuple[np.ndarray, Features] | None = None


class Painter:
    """Paints latents; one picture at a time, since a picture uses all cores."""

    def __init__(self, generator: "Generator") -> None:
        """Prepares `generator` with its own noise."""
        from stylegan_tf.partial_synthesis import PartialSynthesis

        if generator.synthesis.image_shape[-1] != 3:
            raise InputError("the studio needs a network of colour pictures")
        self._partial = PartialSynthesis(generator)
        self.resolution = generator.resolution
        self.preview_side = min(PREVIEW_SIDE, generator.resolution)
        self._num_layers = generator.num_layers
        self._painting = threading.Lock()
        self._live = threading.Condition()
        self._waiting = 0

    def paint(self, kept: Kept, face: np.ndarray, edited: np.ndarray, preview: bool) -> np.ndarray:
        """The picture of an edited face.

        Blocks before the first edited layer are run once a face, and the full picture goes on from
        the preview's features.

        Args:
          kept: the session's; changed.
          face: float32 `[L, 512]`.
          edited: float32 `[L, 512]`, the face with an edit.
          preview: at `preview_side`, not at the full resolution.

        Returns:
          uint8 `[side, side, 3]`.
        """
        from stylegan_tf import to_uint8

        with self._first_in_line(), self._painting:
            features = self._preview(kept, face, edited)
            image = features.image
            if image is None or not preview:
                image = self._partial.run(edited, self.resolution, features).image
        assert image is not None  # at full resolution there is one
        side = self.preview_side if preview else self.resolution
        return resize_image(to_uint8(image[None])[0], side, side)

    def give_way(self) -> None:
        """Lets live pictures go first; long jobs call it between batches."""
        with self._live:
            self._live.wait_for(lambda: self._waiting == 0, _PATIENCE)

    def warm_up(self, latent: np.ndarray) -> None:
        """Traces the graphs that the first pictures need."""
        kept = Kept()
        self.paint(kept, latent, latent + np.float32(1e-3), preview=True)
        self.paint(kept, latent, latent + np.float32(1e-3), preview=False)

    def _preview(self, kept: Kept, face: np.ndarray, edited: np.ndarray) -> "Features":
        if kept.edited is not None and np.array_equal(kept.edited[0], edited):
            return kept.edited[1]
        changed = np.flatnonzero((edited != face).any(axis=1))
        layer = int(changed[0]) if len(changed) else self._num_layers
        untouched = min(self._partial.untouched(layer), self.preview_side)
        before = self._before(kept, face, untouched) if untouched else None
        features = self._partial.run(edited, self.preview_side, before)
        kept.edited = edited, features
        return features

    def _before(self, kept: Kept, face: np.ndarray, resolution: int) -> "Features":
        if kept.face is not None and np.array_equal(kept.face[0], face):
            if kept.face[1].resolution == resolution:
                return kept.face[1]
            if kept.face[1].resolution > resolution:
                kept.face = None
        else:
            kept.face = None
        begun = None if kept.face is None else kept.face[1]
        features = self._partial.run(face, resolution, begun)
        kept.face = face, features
        return features

    @contextlib.contextmanager
    def _first_in_line(self) -> Iterator[None]:
        with self._live:
            self._waiting += 1
        try:
            yield
        finally:
            with self._live:
                self._waiting -= 1
                self._live.notify_all()


def encode_jpeg(picture: np.ndarray) -> bytes:
    """uint8 `[H, W, 3]` → JPEG; a small picture, which is soon replaced, in lower quality."""
    file = io.BytesIO()
    quality = _PREVIEW_QUALITY if len(picture) <= PREVIEW_SIDE else _QUALITY
    Image.fromarray(picture).save(file, "JPEG", quality=quality)
    return file.getvalue()
