"""When keyframes are reached and left (thesis 3.10)."""

import dataclasses
import functools

import numpy as np

from stylegan_tf.errors import InputError

FRAMES_BETWEEN = 32  # thesis 3.10: "32 intermediate frames generated between two keyframes"


@dataclasses.dataclass(frozen=True)
class Schedule:
    """When each of K keyframes is reached and left, in frames.

    Attributes:
      arrivals: K frame numbers, rising; the first is 0.
      departures: K frame numbers, `arrivals[k] <= departures[k] < arrivals[k + 1]`; the keyframe
        is held in between.
      loop: the last keyframe is the first one again, and `cubic` passes it without a stop.
    """

    arrivals: tuple[int, ...]
    departures: tuple[int, ...]
    loop: bool = False

    def __post_init__(self) -> None:
        if not self.arrivals or len(self.arrivals) != len(self.departures):
            raise InputError("a schedule needs as many arrivals as departures, at least one")
        reached, left = self.reached, self.left
        if reached[0] != 0 or (left < reached).any() or (reached[1:] <= left[:-1]).any():
            raise InputError(
                "a schedule starts at frame 0 and needs at least one frame from each keyframe to "
                f"the next; got arrivals {reached}, departures {left}"
            )

    @functools.cached_property
    def reached(self) -> np.ndarray:
        """The arrivals as int64 `[K]`."""
        return np.array(self.arrivals, np.int64)

    @functools.cached_property
    def left(self) -> np.ndarray:
        """The departures as int64 `[K]`."""
        return np.array(self.departures, np.int64)

    @classmethod
    def even(
        cls, num_keyframes: int, frames_between: int = FRAMES_BETWEEN, loop: bool = False
    ) -> "Schedule":
        """The thesis' schedule: no holds, the same number of frames between any two keyframes."""
        frames = tuple((frames_between + 1) * k for k in range(num_keyframes))
        return cls(frames, frames, loop)

    @property
    def num_frames(self) -> int:
        """How many frames there are, from the first keyframe to leaving the last."""
        return self.departures[-1] + 1

    def segment(self, frames: np.ndarray) -> np.ndarray:
        """For each frame the number of the keyframe it comes from (the last one: K − 1)."""
        return np.searchsorted(self.reached, frames, side="right") - 1
