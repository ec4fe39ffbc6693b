"""Files that browsers send: limited in size and kind before anything else looks at them."""

import pathlib
import warnings
from typing import IO

from PIL import Image, UnidentifiedImageError

from encoder.clips.decoding import Clip, open_clip
from stylegan_tf.errors import InputError

MAX_PHOTOGRAPH_BYTES = 20 << 20
MAX_PHOTOGRAPH_PIXELS = 50_000_000
MAX_CLIP_BYTES = 100 << 20
MAX_CLIP_SECONDS = 60.0
PHOTOGRAPH_KINDS = ("JPEG", "PNG", "WEBP", "BMP", "TIFF")
_CHUNK = 1 << 20


class TooLargeError(InputError):
    """More bytes or pixels than are taken."""


def receive(stream: IO[bytes], path: pathlib.Path, limit: int) -> None:
    """Writes what a browser sends to a new file.

    Raises:
      TooLargeError: it is more than `limit` bytes; nothing is left of it.
      InputError: it is empty.
    """
    count = 0
    with open(path, "xb") as file:
        while chunk := stream.read(_CHUNK):
            count += len(chunk)
            if count > limit:
                break
            file.write(chunk)
    if count > limit or not count:
        path.unlink()
        if count:
            raise TooLargeError(f"this file is larger than {limit >> 20} MB")
        raise InputError("this file is empty")


def check_photograph(path: pathlib.Path) -> None:
    """Refuses what is no photograph by its content, whatever it is called, or has too many pixels.

    Only the header is read.

    Raises:
      InputError: as said.
    """
    kinds = ", ".join(PHOTOGRAPH_KINDS)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path, formats=PHOTOGRAPH_KINDS) as picture:
                width, height = picture.size
    except Image.DecompressionBombError:
        width = height = MAX_PHOTOGRAPH_PIXELS
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise InputError(f"this is not a picture that can be read; {kinds} can") from None
    if width * height > MAX_PHOTOGRAPH_PIXELS:
        raise TooLargeError(
            f"this picture has more than {MAX_PHOTOGRAPH_PIXELS // 10**6} megapixels; make it "
            "smaller"
        )


def check_clip(path: pathlib.Path) -> Clip:
    """Refuses what is no film by its first bytes, or is too long.

    ffmpeg also reads playlists, which name other files and addresses; nothing of the kind gets to
    it.

    Raises:
      InputError: as said.
    """
    with open(path, "rb") as file:
        head = file.read(16)
    known = (
        head[4:8] == b"ftyp"  # MP4, MOV
        or head[:4] == b"\x1aE\xdf\xa3"  # WebM, MKV
        or (head[:4] == b"RIFF" and head[8:12] == b"AVI ")
    )
    if not known:
        raise InputError("this is not a film that can be read; MP4, MOV, WebM, MKV and AVI can")
    try:
        clip = open_clip(path)
    except InputError:
        raise InputError("this film cannot be read; it may be damaged") from None
    if clip.num_frames is None:
        raise InputError("this film does not say how long it is; save it as MP4")
    if clip.num_frames > MAX_CLIP_SECONDS * clip.fps + 1:
        raise TooLargeError(f"this film is longer than {MAX_CLIP_SECONDS:g} seconds; cut it")
    return clip
