"""Flags of drivers that use a network: --network and --precision."""

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
# Keras' dtype policies: variables, W and the images that come out are float32 with all of them.
POLICIES = {"float32": "float32", "bfloat16": "mixed_bfloat16", "float16": "mixed_float16"}
flags.DEFINE_enum(
    "precision",
    "float32",
    list(POLICIES),
    "Of computing images. docs/networks.md says what the others gain, and what they cost.",
)


def check() -> None:
    """Refuses a --network that is no file, shipped or known name, or address."""
    check_network(FLAGS.network)


def check_network(network: str) -> None:
    """Refuses what names no network, without TensorFlow."""
    if network not in SHIPPED and not pathlib.Path(network).is_file():
        from stylegan_tf.zoo import ADDRESSES

        if network not in ADDRESSES and not network.startswith(("http://", "https://")):
            raise InputError(
                f"--network={network} is not a file, nor one that ships "
                f"({', '.join(SHIPPED)}), nor an address or a name that docs/networks.md lists"
            )


def policy() -> str:
    """The Keras dtype policy of --precision."""
    return POLICIES[FLAGS.precision]


def check_gradients() -> None:
    """Refuses a --precision whose numbers are too coarse for gradients with respect to a latent."""
    if FLAGS.precision == "float16":
        raise InputError(
            "--precision=float16 cannot hold the gradients of a million pixels, which are smaller "
            "than its smallest number; use bfloat16 or float32"
        )


def refuse_precision(instead: str) -> None:
    """Refuses --precision in a driver that has no use for it; `instead` says why."""
    if FLAGS["precision"].present:
        raise InputError(f"--precision has no meaning here: {instead}")


def load_generator() -> "Generator":
    """The generator Gs of --network, computing in --precision.

    Raises:
      InputError: it has no W space, as a Progressive GAN.
    """
    from stylegan_tf import load_networks
    from stylegan_tf.generator import Generator

    generator = load_networks(FLAGS.network, dtype=policy()).Gs
    if not isinstance(generator, Generator):
        raise InputError(f"{FLAGS.network} has no W space to move in; use a StyleGAN or StyleGAN2")
    return generator
