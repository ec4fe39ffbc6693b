"""Video files, written frame by frame.

Frames go straight to the ffmpeg that comes with imageio-ffmpeg, through moviepy's writer, so
memory does not depend on the length. A file appears when it is complete, or not at all.
"""

import contextlib
import itertools
import os
import pathlib
import shutil
import tempfile
from collections.abc import Iterable, Iterator

import numpy as np
from PIL import Image

from stylegan_tf.errors import InputError
from stylegan_tf.files.whole_files import write_atomically
from synthesis.video.format import CRF, FPS, VideoFormat

# Codec and options of ffmpeg. GIF: one palette a frame, for one palette would keep all frames.
_CODECS = {
    ".mp4": ("libx264", "-crf {crf} -movflags +faststart"),
    ".webm": (
        "libvpx-vp9",
        "-crf {crf} -b:v 0 -row-mt 1 -deadline good -cpu-used 4 -pix_fmt yuv420p",
    ),
    ".gif": (
        "gif",
        "-filter_complex split[a][b];[a]palettegen=stats_mode=single[p];[b][p]paletteuse=new=1",
    ),
}


def write_video(
    path: str | os.PathLike,
    frames: Iterable[np.ndarray],
    fps: float = FPS,
    crf: int = CRF,
    audio: str | os.PathLike | None = None,
    audio_start: float = 0.0,
) -> int:
    """Writes a video from an iterable of frames, which is read once and never kept.

    Args:
      path, fps, crf, audio, audio_start: see `VideoFormat`. What is at `path` is replaced.
      frames: uint8 RGB `[H, W, 3]`, all of one size; even sides for mp4 and webm (4:2:0 colour).

    Returns:
      The number of frames written.

    Raises:
      InputError: a wrong argument, no frames, or frames of wrong or differing form.
      OSError: ffmpeg failed; the message ends with its own words.
    """
    video = VideoFormat(
        pathlib.Path(path), fps, crf, None if audio is None else pathlib.Path(audio), audio_start
    )
    frames = iter(frames)
    first = next(frames, None)
    if first is None:
        raise InputError(f"{video.path}: there are no frames to write")
    checked = _checked(itertools.chain([first], frames), np.shape(first), video)
    if video.is_folder:
        return _write_pngs(video.path, checked)
    with write_atomically(video.path) as temporary:
        return _encode(temporary, video, checked, np.shape(first))


def _checked(
    frames: Iterable[np.ndarray], shape: tuple[int, ...], video: VideoFormat
) -> Iterator[np.ndarray]:
    for number, frame in enumerate(frames):
        frame = np.asarray(frame)
        if frame.dtype != np.uint8 or frame.ndim != 3 or frame.shape[-1] != 3:
            raise InputError(
                f"frame {number} is {frame.dtype} {list(frame.shape)}; frames are uint8 [H, W, 3]"
            )
        if frame.shape != shape:
            raise InputError(
                f"frame {number} is {list(frame.shape)}, the first was {list(shape)}; all frames "
                "of a video have one size"
            )
        video.check_size(shape[1], shape[0])
        yield frame


def _encode(
    path: pathlib.Path, video: VideoFormat, frames: Iterator[np.ndarray], shape: tuple[int, ...]
) -> int:
    from moviepy.video.io.ffmpeg_writer import FFMPEG_VideoWriter

    codec, template = _CODECS[video.path.suffix.lower()]
    options = [option.format(crf=video.crf) for option in template.split()]
    if video.audio is not None:
        sound = f"atrim=start={video.audio_start:.6f},asetpts=PTS-STARTPTS,apad"
        options += ["-map", "0:v", "-map", "1:a:0", "-af", sound, "-shortest"]
    count = 0
    with tempfile.TemporaryFile() as log:
        writer = FFMPEG_VideoWriter(
            str(path),
            (shape[1], shape[0]),
            video.fps,
            codec=codec,
            preset="medium",
            audiofile=None if video.audio is None else str(video.audio),
            audio_codec="aac" if codec == "libx264" else "libopus",
            logfile=log,
            ffmpeg_params=options,
        )
        process = writer.proc
        broken = False
        try:
            for frame in frames:
                try:
                    process.stdin.write(np.ascontiguousarray(frame).data)
                except BrokenPipeError:
                    broken = True
                    break
                count += 1
        except BaseException:
            process.kill()
            raise
        finally:
            with contextlib.suppress(BrokenPipeError):
                process.stdin.close()
            process.wait()
        if broken or process.returncode:
            log.seek(0)
            lines = [line.strip() for line in log.read().decode(errors="replace").splitlines()]
            said = "; ".join([line for line in lines if line][-3:])
            raise OSError(f"ffmpeg could not write {video.path}: {said}")
    return count


def _write_pngs(folder: pathlib.Path, frames: Iterator[np.ndarray]) -> int:
    """Makes the folder beside its place and renames it; numbers are padded, so names sort."""
    if folder.is_dir() and any(file.suffix != ".png" for file in folder.iterdir()):
        raise InputError(f"{folder} holds other files than PNG frames; choose another folder")
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = pathlib.Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        count = 0
        for frame in frames:
            Image.fromarray(frame).save(temporary / f"{count:06d}.png")
            count += 1
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o777 & ~umask)  # mkdtemp makes private folders
        if folder.is_dir():
            shutil.rmtree(folder)
        temporary.replace(folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return count
