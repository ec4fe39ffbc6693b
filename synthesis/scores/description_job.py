"""Describes the faces of many clips: in several processes, and resumable."""

import contextlib
import functools
import hashlib
import json
import os
import pathlib
from collections.abc import Callable, Sequence

import numpy as np

from encoder.clips.reading import read_frames
from encoder.descriptors import DescriptorOptions, load_face_descriptor
from encoder.faces.landmarks import CLOSE_UP_DETECTION_SIZE
from stylegan_tf.errors import InputError
from stylegan_tf.files.arrays import read_arrays
from stylegan_tf.files.whole_files import write_atomically
from stylegan_tf.runners.local_runner import LocalRunner
from stylegan_tf.runners.runner import Runner
from synthesis.scores.clip_descriptions import ClipDescription, describe_clip


def describe_clips(
    clips: Sequence[pathlib.Path],
    options: Sequence[DescriptorOptions] = (DescriptorOptions(),),
    *,
    detector: str = "cnn",
    detection_size: int = CLOSE_UP_DETECTION_SIZE,
    folder: pathlib.Path | None = None,
    runner: Runner = LocalRunner(),  # noqa: B008 - it never changes
    on_clip: Callable[[], object] | None = None,
) -> dict[str, ClipDescription]:
    """Describes every clip once, with all descriptors.

    Args:
      clips: video files and folders of frames.
      options: which descriptors.
      detector, detection_size: see `encoder.detect_faces`.
      folder: where descriptions are kept, a small file a clip, and found again; None keeps none.
        A clip that has changed, or other options, are described anew.
      runner: where clips are described.
      on_clip: called after each clip.

    Returns:
      The clip's path as text → its description.

    Raises:
      InputError: a clip cannot be read (its message names it), or files of a descriptor are
        missing.
    """
    names = {str(clip): clip for clip in clips}
    results: dict[str, ClipDescription] = {}
    keys = {}
    for name, clip in names.items():
        keys[name] = _fingerprint(clip, options, detector, detection_size)
        kept = _load(folder / f"{keys[name]}.npz", len(options)) if folder else None
        if kept is not None:
            results[name] = kept
            if on_clip is not None:
                on_clip()
    describe = functools.partial(
        _describe, options=tuple(options), detector=detector, detection_size=detection_size
    )
    pending = [name for name in names if name not in results]
    with contextlib.closing(runner.map(describe, pending)) as described:
        for name, description in described:
            results[name] = description
            if folder is not None:
                _save(folder / f"{keys[name]}.npz", description)
            if on_clip is not None:
                on_clip()
    return {name: results[name] for name in names}


def remove_descriptions(folder: pathlib.Path) -> None:
    """Removes what `describe_clips` kept in `folder`, and the folder if nothing else is in it."""
    for path in folder.glob("*.npz"):
        path.unlink()
    with contextlib.suppress(OSError):
        folder.rmdir()


def _describe(
    name: str, options: Sequence[DescriptorOptions], detector: str, detection_size: int
) -> ClipDescription:
    descriptors = [load_face_descriptor(option) for option in options]
    try:
        return describe_clip(read_frames(name), descriptors, detector, detection_size)
    except InputError as error:
        raise InputError(str(error) if name in str(error) else f"{name}: {error}") from error


def _fingerprint(
    clip: pathlib.Path, options: Sequence[DescriptorOptions], detector: str, detection_size: int
) -> str:
    """A digest of everything that the description depends on."""
    files = sorted(clip.iterdir()) if clip.is_dir() else [clip]
    stats = [(file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in files]
    for option in options:
        if option.openface_model is not None:
            model = os.stat(option.openface_model)
            stats.append((option.openface_model, model.st_size, model.st_mtime_ns))
    what = [os.path.realpath(clip), stats, [repr(option) for option in options]]
    return hashlib.sha256(json.dumps([*what, detector, detection_size]).encode()).hexdigest()[:32]


def _save(path: pathlib.Path, description: ClipDescription) -> None:
    with write_atomically(path) as temporary:
        np.savez_compressed(temporary, *description.descriptors, landmarks=description.landmarks)


def _load(path: pathlib.Path, count: int) -> ClipDescription | None:
    """What was kept, or None if there is nothing, or nothing sound."""
    try:
        arrays = read_arrays(path)
        descriptors = tuple(arrays[f"arr_{k}"] for k in range(count))
        return ClipDescription(descriptors, arrays["landmarks"])
    except (InputError, KeyError):
        return None
