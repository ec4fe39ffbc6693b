"""StyleGAN networks in TensorFlow/Keras, from and to the official pickles.

The public names are imported when first used: `import stylegan_tf` does not load TensorFlow.
"""

from typing import TYPE_CHECKING

from stylegan_tf.lazy_names import lazy_names

if TYPE_CHECKING:
    from stylegan_tf.discriminator import Discriminator as Discriminator
    from stylegan_tf.errors import InputError as InputError
    from stylegan_tf.generator import Generator as Generator
    from stylegan_tf.network_file import Networks as Networks
    from stylegan_tf.network_file import load_networks as load_networks
    from stylegan_tf.network_file import save_networks as save_networks
    from stylegan_tf.pickles.errors import PickleFormatError as PickleFormatError
    from stylegan_tf.pickles.errors import UnsafePickleError as UnsafePickleError
    from stylegan_tf.pictures.pixels import to_uint8 as to_uint8
    from stylegan_tf.progan_generator import ProganGenerator as ProganGenerator

_HOMES = {
    "Discriminator": "stylegan_tf.discriminator",
    "Generator": "stylegan_tf.generator",
    "InputError": "stylegan_tf.errors",
    "Networks": "stylegan_tf.network_file",
    "PickleFormatError": "stylegan_tf.pickles.errors",
    "ProganGenerator": "stylegan_tf.progan_generator",
    "UnsafePickleError": "stylegan_tf.pickles.errors",
    "load_networks": "stylegan_tf.network_file",
    "save_networks": "stylegan_tf.network_file",
    "to_uint8": "stylegan_tf.pictures.pixels",
}

__getattr__, __dir__, __all__ = lazy_names(__name__, _HOMES)
