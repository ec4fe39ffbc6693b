"""Reading clips: the frames of a video file or of a folder of pictures, one at a time."""

import os
import pathlib
from collections.abc import Iterator

import numpy as np

from encoder.clips.decoding import decode_frames, open_clip
from encoder.images import list_images, read_image


def read_frames(path: str | os.PathLike, allow_truncated: bool = False) -> Iterator[np.ndarray]:
    """The frames of a clip in order: uint8 RGB `[H, W, 3]`; never more than one in memory.

    Args:
      path: a video file of any kind that ffmpeg reads, turned upright, or a folder of pictures.
      allow_truncated: take the readable part of a damaged video.

    Raises:
      InputError: no such file, not a video or a damaged one, or no pictures in the folder.
    """
    path = pathlib.Path(path)
    if path.is_dir():
        for file in list_images(path):
            yield read_image(file)
    else:
        yield from decode_frames(open_clip(path, allow_truncated))
