"""A timeline becomes a video: MP4, GIF, latents, record, and the command that makes it again."""

import dataclasses
import pathlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from emotion.emotion import Emotion
from encoder.clips.reading import read_frames
from encoder.embedding.latents import save_latent
from encoder.images import resize_image
from stylegan_tf.errors import InputError
from stylegan_tf.files.whole_files import write_atomically
from synthesis.emotion_video import EmotionPlan, track_frames
from synthesis.interpolation import KINDS
from synthesis.studio.edit import FIELDS as MANNER_FIELDS
from synthesis.studio.edit import Manner, read_emotions
from synthesis.studio.face import FILE, Face
from synthesis.studio.fields import Fields, check_fields, choice, flag, number
from synthesis.studio.jobs import Job
from synthesis.studio.origin import Origin
from synthesis.studio.painter import Painter
from synthesis.studio.palette import Palette
from synthesis.timeline import EmotionTimeline, TimelineRow
from synthesis.video.writing import write_video

if TYPE_CHECKING:
    from stylegan_tf.generator import Generator

MAX_ROWS = 60
MAX_SECONDS = 60.0
MIN_FPS, MAX_FPS = 1.0, 60.0
DEFAULT_FPS = 24.0
GIF_SIDE = 320
GIF_FPS = 12.0
_BACK_SECONDS = 1.0  # of the way back to the first keyframe, with a loop
VIDEO, GIF, LATENTS = "video.mp4", "video.gif", "latents.npy"


@dataclasses.dataclass(frozen=True)
class Film:
    """What to make of a face.

    Attributes:
      text: the timeline as the flag --emotions takes it.
      manner: how emotions are applied.
      interpolation, fps, loop: see `synthesis.emotion_video.EmotionPlan`.
    """

    text: str
    manner: Manner
    interpolation: str
    fps: float
    loop: bool

    @classmethod
    def read(cls, fields: object) -> "Film":
        """From a request; raises InputError for a wrong or too long one."""
        known = check_fields(fields, (*MANNER_FIELDS, "rows", "interpolation", "fps", "loop"))
        film = cls(
            ",".join(_row_text(row) for row in _rows(known)),
            Manner.read(known),
            choice(known, "interpolation", KINDS, "linear"),
            number(known, "fps", MIN_FPS, MAX_FPS, DEFAULT_FPS),
            flag(known, "loop", False),
        )
        if film.plan.num_frames > MAX_SECONDS * film.fps + 1:
            raise InputError(f"a video lasts {MAX_SECONDS:g} seconds at most")
        return film

    @property
    def plan(self) -> EmotionPlan:
        """What tools/synthesize_video.py makes of `flags`."""
        return EmotionPlan(
            EmotionTimeline.parse(self.text),
            self.manner.mask,
            self.manner.coefficient,
            self.interpolation,
            self.frames_between,
            self.fps,
            self.loop,
        )

    @property
    def frames_between(self) -> int:
        """In-between frames of the way back; all other ways have seconds."""
        return max(round(_BACK_SECONDS * self.fps) - 1, 0)

    @property
    def flags(self) -> dict[str, object]:
        """The flags of tools/synthesize_video.py."""
        flags: dict[str, object] = {
            "emotions": self.text,
            "from_calm": False,
            "mask": self.manner.mask.spec,
            "coefficient": self.manner.coefficient,
            "interpolation": self.interpolation,
            "fps": self.fps,
        }
        return flags | ({"loop": True, "frames_between": self.frames_between} if self.loop else {})


def _rows(fields: Fields) -> list[Fields]:
    rows = fields.get("rows")
    if not isinstance(rows, list) or not 1 <= len(rows) <= MAX_ROWS:
        raise InputError(f"a timeline has 1 to {MAX_ROWS} keyframes")
    return [check_fields(row, ("emotions", "seconds"), "a keyframe") for row in rows]


def _row_text(fields: Fields) -> str:
    emotions = read_emotions(fields.get("emotions", {}))
    seconds = number(fields, "seconds", 0, MAX_SECONDS, 1)
    return f"{TimelineRow(emotions or {Emotion.CALM: 1.0}).text}@{seconds!r}"


def make_video(
    job: Job,
    film: Film,
    face: Face,
    generator: "Generator",
    palette: Palette,
    painter: Painter,
    origin: Origin,
) -> None:
    """Renders a film and everything that can be downloaded with it into the job's folder.

    The frames are those of the command line that is told with them, bit for bit.

    Args:
      job: whose progress is told, and which gets the files.
      film: what to make.
      face: of whom; turned if the film says so.
      generator, palette: draw it.
      painter: whose live pictures go first.
      origin: of the record.
    """
    plan, folder = film.plan, job.folder
    face = face.turned(film.manner.turn(face.latent, palette))
    track = plan.track(face.latent, palette.emotions)

    def frames() -> Iterator[np.ndarray]:
        drawn = track_frames(generator, [track])
        for frame in job.follow(drawn, "rendering", plan.num_frames):
            painter.give_way()
            yield frame

    count = write_video(folder / VIDEO, frames(), plan.fps)
    make_gif(job, plan.fps, count)
    save_latent(folder / FILE, face.latent)
    with write_atomically(folder / LATENTS) as temporary:
        np.save(temporary, track[:])
    flags = {**origin.flags, **face.flags, "directions": origin.directions, **film.flags}
    finish(job, origin, "synthesize_video", flags, count, plan.fps, [VIDEO, GIF, LATENTS, FILE])


def make_gif(job: Job, fps: float, count: int) -> None:
    """Makes the GIF of the job's video: smaller and with fewer frames, for chats."""
    every = max(round(fps / GIF_FPS), 1)

    def frames() -> Iterator[np.ndarray]:
        read = job.follow(read_frames(job.folder / VIDEO), "making the GIF", count)
        for number_, frame in enumerate(read):
            if number_ % every == 0:
                side = min(GIF_SIDE, len(frame))
                yield resize_image(frame, side, side)

    write_video(job.folder / GIF, frames(), fps / every)


def finish(
    job: Job,
    origin: Origin,
    driver: str,
    flags: dict[str, object],
    count: int,
    fps: float,
    files: list[str],
) -> None:
    """Writes the record and offers the files."""
    flags = {**flags, "output": f"out/{VIDEO}"}
    inputs: dict[str, str] = {
        name: str(flags[name]) for name in ("latent", "input") if name in flags
    }
    facts = {"frames": count, "fps": fps}
    command = origin.write(job.folder, driver, flags, files, inputs, facts)
    offered: list[str] = [*files, *(name for name in inputs.values() if name not in files)]
    job.files = {name: pathlib.Path(job.folder / name) for name in [*offered, "record.json"]}
    job.answer = {**facts, "command": command, "needs": sorted(inputs.values())}
