"""A page that needs no other file: tables, pictures and short videos in one HTML."""

import base64
import dataclasses
import io
import itertools
import os
import pathlib
import tempfile

import jinja2
from PIL import Image

from encoder.clips.reading import read_frames
from encoder.images import read_image, resize_image
from stylegan_tf.files.whole_files import write_atomically
from synthesis.video.writing import write_video

_TEMPLATE = pathlib.Path(__file__).parents[1] / "assets" / "reproduction" / "report.html"
_WIDTH, _QUALITY = 1600, 85  # of pictures
_VIDEO_SIDE, _VIDEO_FRAMES, _VIDEO_CRF = 320, 600, 26

REAL, STAND_IN, SAME = "real", "stand-in", "same"  # the last: no data is in it


@dataclasses.dataclass(frozen=True)
class Source:
    """What the thesis used, and what was used here: `REAL` or `STAND_IN`."""

    thesis: str
    here: str
    kind: str


@dataclasses.dataclass(frozen=True)
class Number:
    """A number of the thesis and ours, as texts, and what ours was made from."""

    section: str
    what: str
    published: str
    here: str
    made_from: str
    kind: str


@dataclasses.dataclass(frozen=True)
class Block:
    """A figure or a table.

    Attributes:
      title: as the thesis calls it.
      published: what the thesis shows; may be empty.
      made_from: what it was made from here.
      kind: `REAL`, `STAND_IN` or `SAME`.
      pictures: data addresses (`inline_picture`).
      video: a data address (`inline_video`), or empty.
      table: rows of texts; the first is the head.
      notes: paragraphs.
      missing: why it was not made, if it was not.
    """

    title: str
    published: str
    made_from: str
    kind: str
    pictures: tuple[str, ...] = ()
    video: str = ""
    table: tuple[tuple[str, ...], ...] = ()
    notes: tuple[str, ...] = ()
    missing: str = ""


@dataclasses.dataclass(frozen=True)
class Section:
    """A part of the page."""

    title: str
    blocks: tuple[Block, ...]


@dataclasses.dataclass(frozen=True)
class Report:
    """The page."""

    summary: str
    sources: tuple[Source, ...]
    numbers: tuple[Number, ...]
    sections: tuple[Section, ...]


def write_page(path: str | os.PathLike, report: Report) -> None:
    """Writes the page; all texts in it are escaped."""
    template = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined).from_string(
        _TEMPLATE.read_text("utf-8")
    )
    with write_atomically(path) as temporary:
        temporary.write_text(template.render(report=report), "utf-8")


def inline_picture(path: str | os.PathLike) -> str:
    """A picture as a data address: JPEG, 1600 pixels wide at most."""
    picture = read_image(path)
    height, width = picture.shape[:2]
    if width > _WIDTH:
        picture = resize_image(picture, _WIDTH, max(1, round(height * _WIDTH / width)))
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=_QUALITY)
    return _address("image/jpeg", buffer.getvalue())


def inline_video(path: str | os.PathLike) -> str:
    """The start of a video as a data address: H.264, 320×320, 600 frames at most."""
    frames = itertools.islice(read_frames(path), _VIDEO_FRAMES)
    small = (resize_image(frame, _VIDEO_SIDE, _VIDEO_SIDE) for frame in frames)
    with tempfile.TemporaryDirectory() as folder:
        target = pathlib.Path(folder) / "video.mp4"
        write_video(target, small, crf=_VIDEO_CRF)
        return _address("video/mp4", target.read_bytes())


def _address(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"
