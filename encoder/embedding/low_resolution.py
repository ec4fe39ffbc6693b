"""A generator's image at a lower resolution, without the work of the blocks above it."""

from typing import TYPE_CHECKING

from stylegan_tf.errors import InputError

if TYPE_CHECKING:
    from stylegan_tf.generator import Generator
    from stylegan_tf.networks.network import Network


def low_resolution_generator(generator: "Generator", resolution: int) -> "Generator":
    """A generator without its blocks above `resolution`.

    With the skip architecture an image is a sum over the blocks, so what the blocks up to
    `resolution` add up to is the image at that resolution but for what finer blocks would change.

    Args:
      generator: a `stylegan_tf` generator.
      resolution: a power of two, at most the generator's.

    Returns:
      The same mapping, and a synthesis of [n, L', 512] → [n, resolution, resolution, 3], where L'
      is its `num_layers`.

    Raises:
      InputError: the generator's architecture is another.
    """
    if getattr(generator.synthesis, "architecture", None) != "skip":
        raise InputError("leaving out blocks needs a StyleGAN2 generator of the skip architecture")
    kwargs = {**generator.static_kwargs, "resolution": resolution}
    lower = type(generator).create(generator.func, version=generator.version, **kwargs)
    lower.copy_variables_from(generator)
    return lower


def low_resolution_synthesis(generator: "Generator", resolution: int) -> "Network":
    """The synthesis network of `low_resolution_generator`."""
    return low_resolution_generator(generator, resolution).synthesis
