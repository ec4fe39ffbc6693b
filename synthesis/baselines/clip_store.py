"""Clips decoded once, cropped and scaled to what the networks read, and mapped from files."""

import concurrent.futures
import functools
import os
import pathlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Literal

import numpy as np
from absl import logging
from PIL import Image

from encoder.clips.reading import read_frames
from encoder.faces.landmarks import detect_faces
from encoder.images import read_image
from stylegan_tf.errors import InputError
from stylegan_tf.files.arrays import map_array
from stylegan_tf.files.json_files import read_own_json, write_json
from stylegan_tf.files.whole_files import write_atomically
from stylegan_tf.runners.local_runner import count_cores
from synthesis.baselines.clip_sets import Clip, class_names

FACE_MARGIN = 1.4  # side of a face's crop in sides of the detector's box: chin to hair
_TRIED = 5  # frames of a clip that are searched for a face
_INDEX = "index.json"


class ClipStore:
    """Clips of a folder that `build_store` made.

    Attributes:
      size: side of the frames in pixels.
      names: of the clips.
      classes: names of the classes; empty where clips have none.
      labels: int32 [n], each clip's place in `classes`, 0 where there are none.
      lengths: int64 [n], frames of each clip.

    Raises:
      InputError: the folder is not complete.
    """

    def __init__(self, folder: str | os.PathLike) -> None:
        self._folder = pathlib.Path(folder)
        index = self._folder / _INDEX
        if not index.is_file():
            raise InputError(f"{folder} holds no decoded clips")
        content: dict[str, Any] = read_own_json(index, "an index of clips")
        self.size: int = content["size"]
        self.classes: list[str] = content["classes"]
        self._files: list[str] = [clip["file"] for clip in content["clips"]]
        self.names: list[str] = [clip["name"] for clip in content["clips"]]
        self.labels = np.array([clip["label"] for clip in content["clips"]], np.int32)
        self.lengths = np.array([clip["frames"] for clip in content["clips"]], np.int64)
        self._ends = np.cumsum(self.lengths)
        self._open = functools.lru_cache(maxsize=512)(self._load)

    def frames(self, clip: int, rows: np.ndarray) -> np.ndarray:
        """Frames of a clip by number: uint8 [len(rows), size, size, 3]."""
        return np.ascontiguousarray(self._open(clip)[rows])

    def frame(self, number: int) -> np.ndarray:
        """One frame, uint8 [size, size, 3], counted through all clips."""
        clip = int(np.searchsorted(self._ends, number, side="right"))
        start = int(self._ends[clip] - self.lengths[clip])
        return np.array(self._open(clip)[number - start])

    def _load(self, clip: int) -> np.ndarray:
        return map_array(self._folder / self._files[clip])


def build_store(
    folder: str | os.PathLike,
    clips: Sequence[Clip],
    size: int,
    crop: Literal["centre", "face"] = "centre",
    watch: Callable[[Iterable[int], int], Iterable[int]] = lambda done, total: done,
) -> ClipStore:
    """Decodes clips into a folder, or goes on with it, and opens it.

    Args:
      folder: a .npy file for every clip, and `index.json` when all are there.
      clips: what to decode.
      size: side of the frames.
      crop: "centre" is the largest square in the middle of the frames; "face" a square around the
        face of the clip's first frame that shows one. Clips without a face are left out.
      watch: is handed an iterable of finished clips and their number, to show progress.

    Raises:
      InputError: the folder holds other clips, a clip cannot be read, or none has a face.
    """
    folder = pathlib.Path(folder)
    wanted: dict[str, Any] = {
        "size": size,
        "crop": crop,
        "classes": class_names(list(clips)),
        "wanted": [clip.name for clip in clips],
    }
    plan = folder / "plan.json"
    if plan.is_file():
        if read_own_json(plan, "a plan of clips") != wanted:
            raise InputError(
                f"{folder} holds other clips, or the same in another size or crop; give another "
                "folder, or remove it"
            )
    else:
        write_json(plan, wanted, indent=None)
    if not (folder / _INDEX).is_file():
        decode = functools.partial(_decode, folder, size=size, crop=crop)
        numbers = range(len(clips))
        with concurrent.futures.ThreadPoolExecutor(count_cores()) as pool:
            lengths = list(watch(pool.map(decode, numbers, clips), len(clips)))
        left_out = [clip.name for clip, length in zip(clips, lengths, strict=True) if not length]
        if left_out:
            logging.warning(
                "%d of %d clips show no face and are left out, such as %s",
                len(left_out),
                len(clips),
                left_out[0],
            )
        entries = [
            {
                "name": clip.name,
                "file": _file_name(number),
                "label": wanted["classes"].index(clip.label) if clip.label is not None else 0,
                "frames": length,
            }
            for number, clip, length in zip(numbers, clips, lengths, strict=True)
            if length
        ]
        if not entries:
            raise InputError("none of the clips shows a face; use the centre of the frames")
        write_json(folder / _INDEX, {**wanted, "clips": entries}, indent=None)
    return ClipStore(folder)


def _file_name(number: int) -> str:
    return f"{number:06d}.npy"


def _decode(
    folder: pathlib.Path, number: int, clip: Clip, size: int, crop: Literal["centre", "face"]
) -> int:
    """Writes one clip and returns its number of frames; 0 if it shows no face."""
    path = folder / _file_name(number)
    if path.is_file():
        return len(map_array(path))
    square = None
    if crop == "face":
        square = _face_square(clip)
        if square is None:
            return 0
    frames = [_cut(frame, square, size) for frame in _read(clip)]
    if not frames:
        raise InputError(f"clip {clip.name} holds no frames")
    with write_atomically(path) as temporary:
        np.save(temporary, np.stack(frames))
    return len(frames)


def _read(clip: Clip) -> Iterator[np.ndarray]:
    if isinstance(clip.frames, tuple):
        return map(read_image, clip.frames)
    return read_frames(clip.frames)


def _face_square(clip: Clip) -> tuple[float, float, float, float] | None:
    for _, frame in zip(range(_TRIED), _read(clip), strict=False):
        faces = detect_faces(frame)
        if faces:
            left, top, right, bottom = faces[0].box
            x, y, half = (left + right) / 2, (top + bottom) / 2, FACE_MARGIN * faces[0].size / 2
            return x - half, y - half, x + half, y + half
    return None


def _cut(
    frame: np.ndarray, square: tuple[float, float, float, float] | None, size: int
) -> np.ndarray:
    """The square of a frame, antialiased (bilinear, as Pillow's and so torchvision's resize).

    Where the square leaves the frame the picture is black.
    """
    if square is None:
        height, width = frame.shape[:2]
        side = min(height, width)
        left, top = (width - side) // 2, (height - side) // 2
        square = (left, top, left + side, top + side)
    x0, y0, x1, y1 = (round(edge) for edge in square)
    picture = Image.fromarray(frame).crop((x0, y0, x1, y1))
    return np.asarray(picture.resize((size, size), Image.Resampling.BILINEAR))
