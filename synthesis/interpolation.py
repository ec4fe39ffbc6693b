"""In-between frames: the way from one keyframe to the next (thesis 3.10 and 4.4).

| kind         | fraction of the way at in-between frame k of N            | source           |
|--------------|-----------------------------------------------------------|------------------|
| `linear`     | k / (N + 1)                                               | thesis ch. 3, 4.4|
| `binary`     | 1 − 2^−k: each frame halves the distance to the end       | thesis ch. 3     |
| `smoothstep` | 3t² − 2t³ with t = k / (N + 1): starts and stops softly   | Hermite          |
| `cubic`      | a curve through all keyframes that does not stop at each  | Catmull and Rom  |
| `slerp`      | along the great circle, for z codes only                  | Shoemake 1985    |

All but `slerp` are weighted sums of the keyframes with weights that add up to 1, taken in float64
around the first keyframe. So a value that all keyframes share stays bit-equal in every frame, and
a frame on a keyframe is that keyframe.
"""

from collections.abc import Iterator
from typing import Protocol

import numpy as np

from stylegan_tf.errors import InputError
from synthesis.schedule import FRAMES_BETWEEN, Schedule

KINDS = ("linear", "binary", "smoothstep", "cubic")  # of latents
ALL_KINDS = (*KINDS, "slerp")


def fraction(kind: str, step: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """How much of the way is done after `step` of `steps` frames, in [0, 1], float64."""
    step, steps = np.asarray(step, np.float64), np.asarray(steps, np.float64)
    t = step / steps
    if kind == "binary":
        return np.where(step >= steps, 1.0, 1.0 - np.exp2(-step))
    if kind == "smoothstep":
        return t * t * (3.0 - 2.0 * t)
    if kind == "linear":
        return t
    raise InputError(f"interpolation {kind!r} has no fraction; use linear, binary or smoothstep")


def frame_shares(
    schedule: Schedule, kind: str, frames: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Of which keyframes each frame is made, and how much of each.

    Args:
      schedule: when keyframes are reached and left.
      kind: one of `KINDS`.
      frames: int `[n]`, their numbers.

    Returns:
      Numbers of keyframes, int `[n, 4]`, the same one perhaps more than once: the one before, the
      one left, the one reached next, and the one after. Their shares, float64 `[n, 4]`; rows add
      up to 1.
    """
    if kind not in KINDS:
        raise InputError(f"interpolation {kind!r} is not one of {', '.join(KINDS)}")
    frames = np.asarray(frames)
    arrivals, departures = schedule.reached, schedule.left
    count = len(arrivals)
    start = schedule.segment(frames)
    end = np.minimum(start + 1, count - 1)
    before, after = _neighbour(schedule, start, -1), _neighbour(schedule, end, 1)
    steps = np.where(end > start, arrivals[end] - departures[start], 1)
    step = np.clip(frames - departures[start], 0, None)
    shares = np.zeros((len(frames), 4))
    if kind != "cubic":
        done = np.where(end > start, fraction(kind, step, steps), 0.0)
        shares[:, 1], shares[:, 2] = 1.0 - done, done
    else:
        # Cubic Hermite basis on [0, 1]; slopes are per frame, so times the segment's length.
        t = step / steps
        leaving = t * (1.0 - t) ** 2 * steps * _slopes(schedule, start)
        reaching = t * t * (t - 1.0) * steps * _slopes(schedule, end)
        shares[:, 0] = -leaving
        shares[:, 1] = (1.0 + 2.0 * t) * (1.0 - t) ** 2 - reaching
        shares[:, 2] = t * t * (3.0 - 2.0 * t) + leaving
        shares[:, 3] = reaching
    return np.stack([before, start, end, after], axis=1), shares


def _neighbour(schedule: Schedule, numbers: np.ndarray, step: int) -> np.ndarray:
    """The keyframe before or after; in a loop the ends are the same keyframe."""
    last = len(schedule.arrivals) - 1
    found = numbers + step
    if schedule.loop and last > 1:
        return np.where(found < 0, last - 1, np.where(found > last, 1, found))
    return np.clip(found, 0, last)


def _slopes(schedule: Schedule, numbers: np.ndarray) -> np.ndarray:
    """What the way from the keyframe before each of these to the one after counts a frame.

    Catmull–Rom's, with the true times. Held keyframes have slope 0, the two ends of an open path
    that of their only segment.
    """
    arrivals, departures = schedule.reached, schedule.left
    last = len(arrivals) - 1
    held = departures[numbers] > arrivals[numbers]
    span = arrivals[np.minimum(numbers + 1, last)] - departures[np.maximum(numbers - 1, 0)]
    if schedule.loop and last > 1:
        seam = (numbers == 0) | (numbers == last)
        held |= seam & (departures[[0, -1]] > arrivals[[0, -1]]).any()
        around = (arrivals[1] - departures[0]) + (arrivals[-1] - departures[-2])
        span = np.where(seam, around, span)
    return np.where(held | (span <= 0), 0.0, 1.0 / np.maximum(span, 1))


class Keyframes(Protocol):
    """Keyframes that are made when they are asked for by number."""

    def __len__(self) -> int: ...

    def __getitem__(self, number: int, /) -> np.ndarray: ...


class Track:
    """The latents of a whole video, made when asked for: `track[i:j]`, `len(track)`.

    Args:
      keyframes: K arrays of one shape, for instance latents `[K, L, 512]` float32; those that a
        frame needs are asked for by number.
      schedule: when each is reached and left.
      kind: one of `KINDS`.

    Raises:
      InputError: wrong kind, or the schedule is for another number of keyframes.
    """

    def __init__(
        self, keyframes: np.ndarray | Keyframes, schedule: Schedule, kind: str = "linear"
    ) -> None:
        if len(keyframes) != len(schedule.arrivals):
            raise InputError(
                f"{len(keyframes)} keyframes do not fit a schedule of {len(schedule.arrivals)}"
            )
        if kind not in KINDS:
            raise InputError(f"interpolation {kind!r} is not one of {', '.join(KINDS)}")
        self.schedule, self.kind = schedule, kind
        self._keyframes = keyframes
        self._first = np.asarray(keyframes[0], np.float64)

    def __len__(self) -> int:
        return self.schedule.num_frames

    def __getitem__(self, frames: slice) -> np.ndarray:
        """float32 `[n, ...]`, the latents of these frames."""
        which, shares = frame_shares(
            self.schedule, self.kind, np.arange(*frames.indices(len(self)))
        )
        needed, places = np.unique(which, return_inverse=True)
        offsets = np.stack(
            [np.asarray(self._keyframes[int(k)], np.float64) - self._first for k in needed]
        )
        places = places.reshape(which.shape)
        shares = shares.reshape(*shares.shape, *[1] * self._first.ndim)
        moved = sum(shares[:, column] * offsets[places[:, column]] for column in range(4))
        return (self._first + moved).astype(np.float32)

    def batches(self, size: int) -> Iterator[np.ndarray]:
        """All frames in order, `size` at a time (fewer in the last)."""
        for start in range(0, len(self), size):
            yield self[start : start + size]


def interpolate(
    keyframes: np.ndarray,
    frames_between: int = FRAMES_BETWEEN,
    kind: str = "linear",
    loop: bool = False,
) -> np.ndarray:
    """All frames of a path through keyframes, keyframes included.

    Args:
      keyframes: `[K, ...]`: latents `[K, L, 512]`, or for `slerp` z codes `[K, D]`.
      frames_between: in-between frames from each keyframe to the next, at least 0.
      kind: one of `ALL_KINDS`.
      loop: go back to the first keyframe at the end; the last frame equals the first.

    Returns:
      float32 `[K + (K − 1) · frames_between, ...]`, with `loop` for K + 1 keyframes.

    Raises:
      InputError: an unknown kind, a negative count, or `slerp` on latents.
    """
    keyframes = np.asarray(keyframes, np.float32)
    if frames_between < 0:
        raise InputError(f"frames_between is {frames_between}; it must be 0 or more")
    if loop:
        keyframes = np.concatenate([keyframes, keyframes[:1]])
    schedule = Schedule.even(len(keyframes), frames_between, loop)
    if kind != "slerp":
        return Track(keyframes, schedule, kind)[:]
    if keyframes.ndim != 2:
        raise InputError(
            f"slerp goes between z codes [K, D]; got {list(keyframes.shape)}. Latents of W+ do not "
            "lie on a sphere: use linear, smoothstep or cubic for them"
        )
    frames = np.arange(schedule.num_frames)
    start = schedule.segment(frames)
    end = np.minimum(start + 1, len(keyframes) - 1)
    t = (frames - np.array(schedule.arrivals)[start]) / (frames_between + 1)
    return slerp(keyframes[start], keyframes[end], t)


def slerp(start: np.ndarray, end: np.ndarray, t: np.ndarray) -> np.ndarray:
    """Spherical interpolation between z codes (Shoemake 1985, with White 2016's use for GANs).

    Args:
      start, end: `[n, D]`.
      t: `[n]`, 0 gives `start`, 1 gives `end`.

    Returns:
      float32 `[n, D]`; the norm goes evenly from one to the other.

    Raises:
      InputError: two codes point in opposite directions, so that no great circle is the shortest.
    """
    start, end = np.asarray(start, np.float64), np.asarray(end, np.float64)
    t = np.asarray(t, np.float64)[:, None]
    norms = [np.linalg.norm(x, axis=1, keepdims=True) for x in (start, end)]
    a, b = start / norms[0], end / norms[1]
    # atan2 stays exact for nearly parallel codes, where arccos of the product does not.
    angle = 2.0 * np.arctan2(
        np.linalg.norm(a - b, axis=1, keepdims=True), np.linalg.norm(a + b, axis=1, keepdims=True)
    )
    if np.any(np.pi - angle < 1e-6):
        raise InputError("slerp between opposite z codes has no shortest way; choose other seeds")
    small = angle < 1e-6
    sine = np.where(small, 1.0, np.sin(angle))
    left = np.where(small, 1.0 - t, np.sin((1.0 - t) * angle) / sine)
    right = np.where(small, t, np.sin(t * angle) / sine)
    return ((left * a + right * b) * ((1.0 - t) * norms[0] + t * norms[1])).astype(np.float32)
