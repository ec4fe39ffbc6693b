"""Progressive growing (Karras et al. 2018, section 2): networks that work at a level of detail.

The level `lod` is 0 at full resolution; each whole step halves it, fractions fade between two.
"""

from collections.abc import Callable

import tensorflow as tf

from stylegan_tf.errors import InputError
from stylegan_tf.networks.network import Network, lerp
from stylegan_tf.ops import downscale2d, upscale2d

STRUCTURES = ("auto", "fixed", "linear", "recursive")


class GrowingNetwork(Network):
    """A network with a `lod` variable. Its value is read when a graph is traced."""

    @property
    def lod(self) -> float:
        """The present level of detail."""
        with tf.init_scope():
            return float(self.variables_by_name["lod"].value)

    @lod.setter
    def lod(self, value: float) -> None:
        self.variables_by_name["lod"].assign(value)


def check_structure(structure: str | None, fixed: bool = True) -> bool:
    """Whether the network grows; raises InputError for an unknown structure.

    `linear` and `recursive` (and `auto`, which picks one of them) compute the same; a `fixed`
    network works at full resolution only. Progressive GAN has no `fixed` structure, and calls
    `auto` None.
    """
    known = STRUCTURES if fixed else (None, "linear", "recursive")
    if structure not in known:
        raise InputError(
            f"structure must be one of {', '.join(map(str, known))}, not {structure!r}"
        )
    return structure != "fixed"


def grow_image(
    x: tf.Tensor,
    first: int,
    last: int,
    lod: float,
    block: Callable[[int, tf.Tensor], tf.Tensor],
    to_rgb: Callable[[int, tf.Tensor], tf.Tensor],
) -> tf.Tensor:
    """Runs a generator's blocks up to the level of detail and enlarges the image to full size.

    Args:
      x: the features before block `first`.
      first: log2 of the resolution of the first block.
      last: log2 of the full resolution.
      lod: the level of detail.
      block: (log2 of the resolution, features) → features.
      to_rgb: (log2 of the resolution, features) → image.
    """
    for res in range(first, last + 1):
        before, x = x, block(res, x)
        level = last - res
        if lod >= level:
            image = to_rgb(res, x)
            # The first block of a network that starts at 4×4 has nothing to fade from.
            if lod > level and res > 2:
                image = lerp(image, upscale2d(to_rgb(res - 1, before)), lod - level)
            return upscale2d(image, 2**level)
    raise InputError(f"lod must not be negative, not {lod}")


def grow_features(
    images: tf.Tensor,
    last: int,
    lod: float,
    block: Callable[[int, tf.Tensor], tf.Tensor],
    from_rgb: Callable[[int, tf.Tensor], tf.Tensor],
) -> tf.Tensor:
    """Runs a discriminator's blocks from the level of detail down to 4×4, the last one included.

    Args:
      images: at full resolution.
      last: log2 of the full resolution.
      lod: the level of detail.
      block: (log2 of the resolution, features) → features at half of it; at 2 the final block.
      from_rgb: (log2 of the resolution, images) → features.
    """
    if lod < 0:
        raise InputError(f"lod must not be negative, not {lod}")
    level = min(int(lod), last - 2)
    x = from_rgb(last - level, downscale2d(images, 2**level))
    for res in range(last - level, 1, -1):
        x = block(res, x)
        level = last - res
        if lod > level and res > 2:
            coarser = from_rgb(res - 1, downscale2d(images, 2 ** (level + 1)))
            x = lerp(x, coarser, lod - level)
    return x
