"""What video files there can be: kinds, quality, rate, sound; checked before a frame is made."""

import dataclasses
import pathlib

from stylegan_tf.errors import InputError
from stylegan_tf.numbers import LONGEST_SECONDS, MAX_FPS, MIN_FPS, check_number

FPS = 30.0
CRF = 18  # visually lossless for H.264
MAX_CRF = {".mp4": 51, ".webm": 63}
MAX_GIF_FPS = 50  # a GIF counts in 1/100 s, and players slow down delays below 2
AUDIO_SUFFIXES = (".mp4", ".webm")


@dataclasses.dataclass(frozen=True)
class VideoFormat:
    """What to write, checked before the first frame is made.

    Attributes:
      path: `.mp4` (H.264, yuv420p, faststart), `.webm` (VP9), `.gif` (a palette for each frame),
        or no suffix: a folder of `000000.png`, `000001.png`, ...
      fps: frames per second, kept to two decimals.
      crf: quality of mp4 and webm, 0 (lossless) to 51 or 63.
      audio: a file whose sound goes with the video: cut or padded with silence to its length.
      audio_start: where in the sound the video begins, in seconds.

    Raises:
      InputError: one of these is unusable.
    """

    path: pathlib.Path
    fps: float = FPS
    crf: int = CRF
    audio: pathlib.Path | None = None
    audio_start: float = 0.0

    def __post_init__(self) -> None:
        path = pathlib.Path(self.path)
        object.__setattr__(self, "path", path)
        if path.name in ("", ".."):
            raise InputError(f"--output={self.path!s} names no file")
        suffix = path.suffix.lower()
        if suffix not in (".mp4", ".webm", ".gif", ""):
            raise InputError(
                f"{path}: a video ends in .mp4, .webm or .gif; without a suffix it is a folder "
                "of PNG files"
            )
        check_number(self.fps, "fps", MIN_FPS, MAX_FPS)
        if suffix == ".gif" and self.fps > MAX_GIF_FPS:
            raise InputError(
                f"a GIF plays at most {MAX_GIF_FPS} frames per second, not {self.fps:g}"
            )
        top = MAX_CRF.get(suffix, max(MAX_CRF.values()))
        if not 0 <= self.crf <= top:
            raise InputError(f"crf is {self.crf}; it goes from 0 (lossless) to {top}")
        check_number(self.audio_start, "audio_start", 0, LONGEST_SECONDS)
        if self.audio is not None:
            object.__setattr__(self, "audio", pathlib.Path(self.audio))
            if not self.carries_sound:
                raise InputError(f"{path} cannot carry sound; write .mp4 or .webm")
            if not self.audio.is_file():
                raise InputError(f"there is no audio file {self.audio}")

    def check_size(self, width: int, height: int) -> None:
        """Refuses frames of a size that this kind of file cannot have."""
        if self.path.suffix.lower() in MAX_CRF and (width % 2 or height % 2):
            raise InputError(
                f"frames are {width}×{height}; H.264 and VP9 need even sides, GIF and PNG not"
            )

    @property
    def carries_sound(self) -> bool:
        """Whether this kind of file can have sound."""
        return self.path.suffix.lower() in AUDIO_SUFFIXES

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder of PNG files."""
        return self.path.suffix == ""

    @property
    def record_path(self) -> pathlib.Path:
        """NAME.json, which says how the video was made."""
        return self.path.with_name(self.path.stem + ".json")
