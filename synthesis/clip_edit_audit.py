"""How well an edited clip hangs together: its border, what lies outside, and a known truth.

For what `synthesis.clip_edit` made, whose faces are found again in the unedited clip.
"""

import dataclasses
from collections.abc import Iterable, Iterator

import numpy as np

from encoder.faces.pasting import FaceMask, outline_mask
from stylegan_tf.errors import InputError
from synthesis.clip_edit import ClipFaces
from synthesis.pose.smoothing import alignment_jitter

_PEAK = 255.0


@dataclasses.dataclass(frozen=True)
class ClipEditAudit:
    """Numbers of one edited clip.

    Attributes:
      frames: how many were changed.
      crop_jitter_before: root mean square second difference of the aligned square's corners as
        each frame's landmarks say, in its sides (see `alignment_jitter`).
      crop_jitter: the same of the squares that were used.
      border_flicker_before: mean absolute second difference over three frames of the unedited
        clip, in grey levels, where the mask's border is in the middle one.
      border_flicker: the same of the edited clip; what is more than before is pasting's.
      outside: how many pixels outside of the masks are not the unedited clip's.
      psnr_before, psnr: against the truth inside the masks, of the unedited and the edited clip,
        in dB; None without a truth.
    """

    frames: int
    crop_jitter_before: float
    crop_jitter: float
    border_flicker_before: float
    border_flicker: float
    outside: int
    psnr_before: float | None
    psnr: float | None


def audit_clip_edit(
    faces: ClipFaces,
    unedited: Iterable[np.ndarray],
    edited: Iterable[np.ndarray],
    truth: Iterable[np.ndarray] | None = None,
) -> ClipEditAudit:
    """Compares clips frame by frame, and keeps three frames of each.

    Args:
      faces: of the stretch that was changed.
      unedited, edited: all frames of the clips, uint8 RGB `[H, W, 3]`, not compressed after the
        face was put back, or the outside is not what it was.
      truth: what the edited clip should show.

    Raises:
      InputError: the clips are not of one length and size.
    """
    before, after, outside = [], [], 0
    errors: list[tuple[float, float]] = []
    window: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    for index, (real, made, true) in enumerate(_together(unedited, edited, truth)):
        number = index - faces.stretch.first
        if not 0 <= number < len(faces):
            outside += int((real != made).any(axis=-1).sum())
            continue
        height, width = real.shape[:2]
        mask = outline_mask(faces.outlines[number], (width, height))
        weights = _whole(mask, height, width)
        outside += int((real != made)[weights == 0].any(axis=-1).sum())
        border = (weights > 0) & (weights < 1)
        window.append((real.astype(np.float32), made.astype(np.float32), border))
        if len(window) == 3:
            border = window[1][2]
            if border.any():
                before.append(_second_difference([w[0] for w in window], border))
                after.append(_second_difference([w[1] for w in window], border))
            window.pop(0)
        if true is not None:
            inside = weights > 0.5
            errors.append((_squared_error(real, true, inside), _squared_error(made, true, inside)))
    if not before:
        raise InputError("the clips end before the stretch that was changed has three frames")
    psnrs = [_psnr(float(np.mean(column))) for column in zip(*errors, strict=True)]
    return ClipEditAudit(
        len(faces),
        alignment_jitter(faces.stretch.landmarks),
        alignment_jitter(faces.squares),
        float(np.mean(before)),
        float(np.mean(after)),
        outside,
        psnrs[0] if psnrs else None,
        psnrs[1] if psnrs else None,
    )


def _together(
    unedited: Iterable[np.ndarray],
    edited: Iterable[np.ndarray],
    truth: Iterable[np.ndarray] | None,
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray | None]]:
    clips = [iter(unedited), iter(edited), *([] if truth is None else [iter(truth)])]
    while True:
        frames = [next(clip, None) for clip in clips]
        given = [frame for frame in frames if frame is not None]
        if not given:
            return
        if len(given) < len(frames) or len({frame.shape for frame in given}) > 1:
            raise InputError("the clips are not of one length and size")
        yield given[0], given[1], given[2] if truth is not None else None


def _whole(mask: FaceMask, height: int, width: int) -> np.ndarray:
    weights = np.zeros([height, width], np.float32)
    weights[mask.rows, mask.columns] = mask.weights
    return weights


def _second_difference(frames: list[np.ndarray], where: np.ndarray) -> float:
    first, middle, last = frames
    return float(np.abs(first - 2 * middle + last)[where].mean())


def _squared_error(a: np.ndarray, b: np.ndarray, where: np.ndarray) -> float:
    return float(np.square(a.astype(np.float32) - b.astype(np.float32))[where].mean())


def _psnr(error: float) -> float:
    return float(10 * np.log10(_PEAK**2 / max(error, 1e-12)))
