"""The frames of a clip with the number of their shot: where it cuts (thesis 3.4)."""

import contextlib
import dataclasses
from collections.abc import Generator

import numpy as np
from PIL import Image

from encoder.clips.decoding import Clip, decode_frames
from stylegan_tf.errors import InputError

# A cut changes the picture in both senses: pixels of a thumbnail (mean absolute difference, parts
# of full scale) and colours (total variation between histograms). Motion changes the first only,
# a flicker of light mostly the second. Cuts of a dark stage clip gave 0.10 and 0.21 at least, its
# liveliest motion 0.05 and 0.06.
_CUT_PIXELS = 0.06
_CUT_COLOURS = 0.12
_THUMBNAIL = (32, 18)
_HISTOGRAM_BINS = 32


@dataclasses.dataclass(frozen=True)
class Frame:
    """One frame: `index` counted from 0, `seconds` from the start, `shot` counted from 0."""

    index: int
    seconds: float
    shot: int
    image: np.ndarray  # uint8 RGB [H, W, 3]


def frames_with_shots(clip: Clip, fps: float | None = None) -> Generator[Frame]:
    """Decodes the frames of a clip; memory does not grow with its length.

    Args:
        clip: from `open_clip`.
        fps: how many frames a second to yield, evenly spread; None yields all. Shot changes are
            found among all frames, and indices count all frames, either way.

    Raises:
        InputError: `fps` is not positive, or more than the clip has.
    """
    if fps is not None and not 0 < fps <= clip.fps:
        raise InputError(f"fps {fps:g} is not between 0 and the {clip.fps:g} that {clip.path} has")
    share = 1.0 if fps is None else fps / clip.fps
    shot, before = 0, None
    with contextlib.closing(decode_frames(clip)) as images:
        for index, image in enumerate(images):
            look = _Look.of(image)
            shot += before is not None and look.is_cut_from(before)
            before = look
            if index == 0 or int(index * share) > int((index - 1) * share):
                yield Frame(index, index / clip.fps, shot, image)


@dataclasses.dataclass(frozen=True)
class _Look:
    thumbnail: np.ndarray
    histogram: np.ndarray

    @classmethod
    def of(cls, image: np.ndarray) -> "_Look":
        small = Image.fromarray(image).reduce(max(1, min(image.shape[:2]) // 90))
        thumbnail = np.asarray(small.resize(_THUMBNAIL, Image.Resampling.BOX), np.float32) / 255
        bins = np.asarray(small).reshape(-1, 3).astype(np.int64) * _HISTOGRAM_BINS // 256
        counts = [np.bincount(channel, minlength=_HISTOGRAM_BINS) for channel in bins.T]
        return cls(thumbnail, np.concatenate(counts) / (3 * len(bins)))

    def is_cut_from(self, other: "_Look") -> bool:
        pixels = np.abs(self.thumbnail - other.thumbnail).mean()
        colours = np.abs(self.histogram - other.histogram).sum() / 2
        return bool(pixels > _CUT_PIXELS and colours > _CUT_COLOURS)
