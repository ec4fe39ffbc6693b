"""What a face descriptor makes of every frame of a clip."""

import dataclasses
from collections.abc import Iterable, Sequence

import numpy as np

from encoder.descriptors import FaceDescriptor
from encoder.faces.landmarks import CLOSE_UP_DETECTION_SIZE, detect_faces
from stylegan_tf.errors import InputError


@dataclasses.dataclass(frozen=True, eq=False)
class ClipDescription:
    """The largest face of every frame; NaN in frames without one.

    Attributes:
      descriptors: float32 `[F, D]` for each descriptor asked for, in its order.
      landmarks: float32 `[F, 68, 2]`, (x, y) in pixels.
    """

    descriptors: tuple[np.ndarray, ...]
    landmarks: np.ndarray

    @property
    def num_frames(self) -> int:
        """Frames in the clip."""
        return len(self.landmarks)

    @property
    def num_faces(self) -> int:
        """Frames in which a face was found."""
        return int(np.isfinite(self.landmarks[:, 0, 0]).sum())


def describe_clip(
    frames: Iterable[np.ndarray],
    descriptors: Sequence[FaceDescriptor],
    detector: str = "cnn",
    detection_size: int = CLOSE_UP_DETECTION_SIZE,
) -> ClipDescription:
    """Finds each frame's largest face once and describes it with every descriptor.

    A frame equal to the one before is not searched again.

    Args:
      frames: uint8 RGB `[H, W, 3]`, read once.
      descriptors: what describes a face.
      detector, detection_size: see `encoder.detect_faces`.

    Raises:
      InputError: there are no frames, or an argument is wrong.
    """
    rows: list[list[np.ndarray]] = []
    landmarks: list[np.ndarray] = []
    before = None
    for frame in frames:
        if before is None or not np.array_equal(frame, before):
            faces = detect_faces(frame, detector, detection_size)
            if faces:
                row = [descriptor.describe(frame, faces[0]) for descriptor in descriptors]
                points = faces[0].landmarks
            else:
                row = [np.full(descriptor.size, np.nan) for descriptor in descriptors]
                points = np.full((68, 2), np.nan)
        rows.append(row)
        landmarks.append(points)
        before = frame
    if not rows:
        raise InputError("there are no frames to score")
    columns = tuple(np.array(column, np.float32) for column in zip(*rows, strict=True))
    return ClipDescription(columns, np.array(landmarks, np.float32))
