"""Driving clips: the stretch of a film in which one person is seen, and its aligned frames."""

import dataclasses
import itertools
import os
import pathlib
from collections.abc import Callable, Iterator

import numpy as np

from encoder.clips.decoding import open_clip
from encoder.clips.face_search import search_frames
from encoder.clips.shots import frames_with_shots
from encoder.clips.tracking import FaceTracker
from encoder.faces.alignment import ALIGNED_SIZE, align_face
from encoder.faces.landmarks import DETECTION_SIZE
from stylegan_tf.errors import InputError
from stylegan_tf.runners.local_runner import LocalRunner


@dataclasses.dataclass(frozen=True)
class Stretch:
    """Consecutive frames of one person in one shot.

    Attributes:
      path: the clip.
      fps: its frames per second.
      first: number of the first frame.
      landmarks: float32 `[F, 68, 2]`, one frame after the other.
    """

    path: pathlib.Path
    fps: float
    first: int
    landmarks: np.ndarray

    def __len__(self) -> int:
        return len(self.landmarks)

    @property
    def start_seconds(self) -> float:
        """When in the clip it begins."""
        return self.first / self.fps

    def cut(self, max_frames: int | None) -> "Stretch":
        """Its first `max_frames` frames."""
        return dataclasses.replace(self, landmarks=self.landmarks[:max_frames])


def find_stretch(
    path: str | os.PathLike,
    detector: str = "cnn",
    detection_size: int = DETECTION_SIZE,
    minimum: int = 3,
    workers: int = 1,
    allow_truncated: bool = False,
    on_frame: Callable[[], object] | None = None,
) -> Stretch:
    """The longest stretch of a clip in which a person is found in every frame.

    Args:
      path: a video file.
      detector, detection_size: see `encoder.detect_faces`.
      minimum: how many frames it must have.
      workers: how many processes search for faces.
      allow_truncated: take the readable part of a damaged clip.
      on_frame: called after each frame of the clip.

    Raises:
      InputError: not a video, a damaged one, or no stretch is long enough.
    """
    clip = open_clip(path, allow_truncated)
    tracker = FaceTracker("all")
    running: dict[int, tuple[int, list[np.ndarray]]] = {}  # person: first frame, landmarks
    best: tuple[int, list[np.ndarray]] = (0, [])
    for frame, faces in search_frames(
        frames_with_shots(clip), detector, detection_size, runner=LocalRunner(workers)
    ):
        seen = {one.person: one.face for one in tracker.update(faces, frame.shot, frame.seconds)}
        running = {
            person: running.get(person, (frame.index, []))
            for person in seen  # who is missing once starts anew
        }
        for person, face in seen.items():
            running[person][1].append(face.landmarks)
            if len(running[person][1]) > len(best[1]):
                best = running[person]
        if on_frame is not None:
            on_frame()
    first, landmarks = best
    if len(landmarks) < minimum:
        raise InputError(
            f"{path}: a person is found in at most {len(landmarks)} frames in a row, {minimum} are "
            "needed; choose another clip or detector"
        )
    return Stretch(pathlib.Path(path), clip.fps, first, np.array(landmarks, np.float32))


def aligned_frames(
    stretch: Stretch, landmarks: np.ndarray | None = None, size: int = ALIGNED_SIZE
) -> Iterator[np.ndarray]:
    """The aligned face of each frame, one at a time: uint8 `[size, size, 3]`.

    Args:
      stretch: which frames.
      landmarks: `[F, 68, 2]` to align with, such as smoothed ones; None for the stretch's own.
      size: side in pixels.
    """
    landmarks = stretch.landmarks if landmarks is None else landmarks
    frames = frames_with_shots(open_clip(stretch.path))
    wanted = itertools.islice(frames, stretch.first, stretch.first + len(stretch))
    for frame, points in zip(wanted, landmarks, strict=True):
        yield align_face(frame.image, points, size)
