"""Clips to train on, as they lie on disk: MUG, UCF-101, or any folder of clips."""

import dataclasses
import itertools
import os
import pathlib

from encoder.datasets.face_sample import EXPRESSIONS
from encoder.datasets.mug import read_mug
from encoder.images import IMAGE_SUFFIXES
from stylegan_tf.errors import InputError
from stylegan_tf.files.tables import read_lines

VIDEO_SUFFIXES = frozenset({".mp4", ".avi", ".mov", ".mkv", ".webm", ".m4v", ".gif"})


@dataclasses.dataclass(frozen=True)
class Clip:
    """A clip: a video file, or its frames one by one; `label` is None without classes."""

    name: str
    frames: pathlib.Path | tuple[pathlib.Path, ...]
    label: str | None


def read_mug_clips(root: str | os.PathLike) -> list[Clip]:
    """The takes of MUG's layout, `074/surprise/take001/img_0000.jpg`; the label is the expression.

    Raises:
      InputError: no such folder, or nothing of this layout in it.
    """
    samples = read_mug(root)
    clips = []
    for folder, frames in itertools.groupby(samples, lambda sample: sample.path.parent):
        ordered = sorted(frames, key=lambda sample: sample.frame or 0)
        name = "/".join(folder.parts[-3:])
        clips.append(Clip(name, tuple(s.path for s in ordered), ordered[0].expression))
    return clips


def read_clip_folder(root: str | os.PathLike) -> list[Clip]:
    """`LABEL/clip.mp4` or `LABEL/clip/000.png`, or the same without the level of labels.

    Raises:
      InputError: no such folder, no clips in it, or some with and some without a label.
    """
    root = pathlib.Path(root)
    if not root.is_dir():
        raise InputError(f"there is no folder {root} to read clips from")
    bare = _clips_in(root, None)
    labelled = [
        clip
        for folder in _folders(root)
        if not _pictures(folder)
        for clip in _clips_in(folder, folder.name)
    ]
    if bare and labelled:
        raise InputError(
            f"{root} holds clips with a label ({labelled[0].name}) and without "
            f"({bare[0].name}); sort all of them into folders, or none"
        )
    if not bare and not labelled:
        raise InputError(f"{root} holds no clips: videos, or folders of pictures, by label or not")
    return bare or labelled


def read_ucf101(root: str | os.PathLike, split: str | os.PathLike | None = None) -> list[Clip]:
    """UCF-101: `ApplyEyeMakeup/v_ApplyEyeMakeup_g01_c01.avi`; the label is the action.

    Args:
      root: the folder of actions, or the one that holds it as `UCF-101`.
      split: a list such as `trainlist01.txt` of `ApplyEyeMakeup/v_….avi 1`; None for all.

    Raises:
      InputError: no such folder or list, nothing of this layout, or a clip of the list missing.
    """
    root = pathlib.Path(root)
    if (root / "UCF-101").is_dir():
        root = root / "UCF-101"
    clips = [
        dataclasses.replace(clip, name=str(clip.frames.relative_to(root).as_posix()))
        for clip in read_clip_folder(root)
        if isinstance(clip.frames, pathlib.Path) and clip.label is not None
    ]
    if not clips:
        raise InputError(f"{root} does not hold UCF-101: there is no ACTION/v_ACTION_g01_c01.avi")
    if split is None:
        return clips
    split = pathlib.Path(split)
    if not split.is_file():
        raise InputError(f"there is no list {split}")
    by_name = {clip.name: clip for clip in clips}
    names = [line.split()[0] for line in read_lines(split) if line.split()]
    missing = [name for name in names if name not in by_name]
    if missing or not names:
        what = f"lists {missing[0]}, which {root} does not hold" if missing else "is empty"
        raise InputError(f"{split} {what}")
    return [by_name[name] for name in names]


def class_names(clips: list[Clip]) -> list[str]:
    """The labels that occur: expressions in the thesis' order (4.5), others by the alphabet."""
    found = {clip.label for clip in clips if clip.label is not None}
    known = [name for name in EXPRESSIONS if name in found]
    return known + sorted(found - set(known))


def _folders(root: pathlib.Path) -> list[pathlib.Path]:
    return sorted(p for p in root.iterdir() if p.is_dir() and not p.name.startswith("."))


def _pictures(folder: pathlib.Path) -> list[pathlib.Path]:
    return sorted(p for p in folder.iterdir() if p.suffix.lower() in IMAGE_SUFFIXES)


def _clips_in(folder: pathlib.Path, label: str | None) -> list[Clip]:
    prefix = "" if label is None else f"{label}/"
    videos = [
        Clip(prefix + p.name, p, label)
        for p in sorted(folder.iterdir())
        if p.suffix.lower() in VIDEO_SUFFIXES and p.is_file()
    ]
    stills = [
        Clip(prefix + inner.name, tuple(pictures), label)
        for inner in _folders(folder)
        if (pictures := _pictures(inner))
    ]
    return videos + stills
