"""Masks: which layers and dimensions of a latent an edit may change.

A W+ latent has one 512-vector for each layer of the generator, two layers for each resolution:
layers 0 and 1 paint the 4×4 feature map, 2 and 3 the 8×8 one, up to 16 and 17 at 1024×1024. The
coarse layers hold pose and expression, the fine ones colour and texture, so the thesis changes
only the first few of them and keeps the person.

| name       | changes                              | keeps           | thesis                   |
|------------|--------------------------------------|-----------------|--------------------------|
| `emotion`  | first 8 layers (4×4 to 32×32)        | last 10 of 18   | 4.4                      |
| `keyframe` | first 5 layers (4×4 to half of 16×16)| last 13 of 18   | 3.9                      |
| `pose`     | first 256 dimensions of first 5      | everything else | 4.3                      |
| `none`     | every layer (no mask)                | nothing         | 4.4, figures 20 and 24   |

A name stands for *resolutions*: a smaller generator paints its coarse feature maps with the same
layers, so `emotion` is 4×4 to 32×32 in every generator. One with so few layers that a named mask
would keep nothing is refused. Dimensions scale with the width of the latent: `pose` is the first
half of them.
"""

import dataclasses
import re

import numpy as np

from encoder.embedding.latents import W_SIZE
from stylegan_tf.errors import InputError

EMOTION_LAYERS = 8  # thesis 4.4: "I use only the first 8 while the last 10 vectors are unchanged"
KEYFRAME_LAYERS = 5  # thesis 3.9: "the mask layer overwrites the last 13 vectors" of 18
POSE_LAYERS = 5  # thesis 4.3: "only the first five vectors in the latent space ...
POSE_FRACTION = 256 / 512  # ... and only the first 256 dimensions in the first five vectors"

NAMES = ("emotion", "keyframe", "pose", "none")

_RANGE = re.compile(r"(\d+)(?:-(\d+))?(?::(\d+)(?:-(\d+))?)?")


@dataclasses.dataclass(frozen=True)
class LayerMask:
    """The part of a latent that an edit may change.

    Attributes:
      spec: one of `NAMES`, or layers with optional dimensions, counted from 0, ends included:
        `0-7` (the first eight layers), `3` (one layer), `0-4:0-255` (256 dimensions of five
        layers), several of them with commas, `0-3,8-9`.
    """

    spec: str = "emotion"

    def __post_init__(self) -> None:
        if self.spec not in NAMES:
            _parse_ranges(self.spec)

    def array(self, num_layers: int, w_size: int = W_SIZE) -> np.ndarray:
        """The mask for a generator: bool `[num_layers, w_size]`, True where changes go.

        Args:
          num_layers: L, the generator's number of layers.
          w_size: the width of its W, `dw_size`.

        Raises:
          InputError: a range lies outside the latent, or a named mask would keep nothing.
        """
        mask = np.zeros((num_layers, w_size), bool)
        if self.spec == "none":
            mask[:] = True
        elif self.spec in NAMES:
            layers = {
                "emotion": EMOTION_LAYERS,
                "keyframe": KEYFRAME_LAYERS,
                "pose": POSE_LAYERS,
            }[self.spec]
            if num_layers <= layers:
                raise InputError(
                    f"mask {self.spec!r} changes the first {layers} layers, and this generator has "
                    f"only {num_layers}: it would keep nothing; say which layers, such as "
                    f"'0-{max(num_layers // 2 - 1, 0)}', or 'none'"
                )
            dimensions = round(w_size * POSE_FRACTION) if self.spec == "pose" else w_size
            mask[:layers, :dimensions] = True
        else:
            for first, last, low, high in _parse_ranges(self.spec):
                high = w_size - 1 if high is None else high
                if last >= num_layers or high >= w_size:
                    raise InputError(
                        f"mask {self.spec!r} reaches layer {last}, dimension {high}; this "
                        f"generator's latents have layers 0-{num_layers - 1} and dimensions "
                        f"0-{w_size - 1}"
                    )
                mask[first : last + 1, low : high + 1] = True
        return mask

    def apply(self, original: np.ndarray, changed: np.ndarray) -> np.ndarray:
        """`changed` where the mask allows it, `original` elsewhere, bit for bit.

        Args:
          original: latents `[..., L, D]`.
          changed: latents that broadcast with `original`.

        Returns:
          float32 `[..., L, D]`.
        """
        original = np.asarray(original, np.float32)
        mask = self.array(*original.shape[-2:])
        return np.where(mask, np.asarray(changed, np.float32), original)

    def __str__(self) -> str:
        return self.spec


def _parse_ranges(spec: str) -> list[tuple[int, int, int, int | None]]:
    """`0-4:0-255` → [(0, 4, 0, 255)]; the last is None for "to the end"."""
    ranges: list[tuple[int, int, int, int | None]] = []
    for part in spec.split(","):
        match = _RANGE.fullmatch(part.strip())
        if not match:
            raise InputError(
                f"mask {spec!r} is not one of {', '.join(NAMES)}, nor layers such as '0-7' or "
                "'0-4:0-255'"
            )
        first = int(match[1])
        last = first if match[2] is None else int(match[2])
        low, high = 0, None
        if match[3] is not None:
            low = int(match[3])
            high = low if match[4] is None else int(match[4])
        if last < first or (high is not None and high < low):
            raise InputError(f"mask {spec!r}: a range ends before it begins")
        ranges.append((first, last, low, high))
    return ranges
