"""Flag of drivers that use a network: --network."""

import pathlib
from typing import TYPE_CHECKING

from absl import flags

from stylegan_tf.errors import InputError

if TYPE_CHECKING:
    from stylegan_tf.generator import Generator

FLAGS = flags.FLAGS
SHIPPED = ("rendered-faces",)

flags.DEFINE_string(
    "network", SHIPPED[0], "A network pickle: its path, its address, or the name of one that ships."
)


def check() -> None:
    """Refuses a --network that is no file, shipped or known name, or address."""
    check_network(FLAGS.network)


def check_network(network: str) -> None:
    """Refuses what names no network, or a file of another kind, without TensorFlow."""
    if pathlib.Path(network).is_file():
        from stylegan_tf.pickles.formats import check_beginning

        check_beginning(pathlib.Path(network))
    if network not in SHIPPED and not pathlib.Path(network).is_file():
        from stylegan_tf.zoo import ADDRESSES

        if network not in ADDRESSES and not network.startswith(("http://", "https://")):
            raise InputError(
                f"--network={network} is not a file, nor one that ships "
                f"({', '.join(SHIPPED)}), nor an address or a name that docs/networks.md lists"
            )


def load_generator() -> "Generator":
    """The generator Gs of --network.

    Raises:
      InputError: it has no W space, as a Progressive GAN.
    """
    from stylegan_tf import load_networks
    from stylegan_tf.generator import Generator

    generator = load_networks(FLAGS.network).Gs
    if not isinstance(generator, Generator):
        raise InputError(f"{FLAGS.network} has no W space to move in; use a StyleGAN or StyleGAN2")
    return generator
