"""The faces of a clip's frames, looked for by several processes (thesis 3.4)."""

import dataclasses
import functools
from collections.abc import Generator, Iterable

from encoder.clips.decoding import Clip
from encoder.clips.shots import Frame
from encoder.faces.landmarks import DETECTION_SIZE, Face, detect_faces
from stylegan_tf.runners.local_runner import LocalRunner
from stylegan_tf.runners.runner import Runner


@dataclasses.dataclass(frozen=True)
class FaceSearch:
    """How faces are looked for.

    Attributes:
        fps: frames a second to look at; None looks at all.
        person: whose faces are kept: see `encoder.clips.tracking.FaceTracker`.
        detector, detection_size, refine: see `encoder.detect_faces`.
        runner: where frames are searched; it makes no difference to what is found.
        allow_truncated: see `encoder.clips.decoding.open_clip`.
    """

    fps: float | None = None
    person: str = "tracked"
    detector: str = "cnn"
    detection_size: int = DETECTION_SIZE
    refine: bool = False
    runner: Runner = dataclasses.field(default_factory=LocalRunner)
    allow_truncated: bool = False


def search_frames(
    frames: Iterable[Frame],
    detector: str = "cnn",
    detection_size: int = DETECTION_SIZE,
    refine: bool = False,
    runner: Runner = LocalRunner(),  # noqa: B008 - it never changes
) -> Generator[tuple[Frame, list[Face]]]:
    """Yields each frame with its faces, the largest first; a few frames are in memory at a time.

    Args:
        frames: in any number.
        detector, detection_size, refine: see `encoder.detect_faces`.
        runner: where frames are searched.
    """
    find = functools.partial(_find, detector=detector, detection_size=detection_size, refine=refine)
    yield from runner.map(find, frames)


def count_frames(clip: Clip, search: FaceSearch) -> int | None:
    """About how many frames of a clip will be looked at; None if its header does not say."""
    if clip.num_frames is None:
        return None
    return round(clip.num_frames * (1 if search.fps is None else search.fps / clip.fps))


def _find(frame: Frame, detector: str, detection_size: int, refine: bool) -> list[Face]:
    return detect_faces(
        frame.image, detector=detector, detection_size=detection_size, refine=refine
    )
