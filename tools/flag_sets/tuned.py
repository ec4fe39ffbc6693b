"""Flag of drivers that draw latents: --tuned, and the tuned network that lies beside a latent."""

import os
import pathlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from absl import flags

from stylegan_tf.errors import InputError
from stylegan_tf.network_difference import NetworkDifference, tuned_files, tuned_path

if TYPE_CHECKING:
    from stylegan_tf.generator import Generator

FLAGS = flags.FLAGS

flags.DEFINE_bool(
    "tuned", True, "Draw a latent NAME.npy with the tuned network NAME.tuned.npz, if it is there."
)


def used_files(latents: Sequence[str | os.PathLike]) -> list[pathlib.Path]:
    """The tuned networks that lie beside latent files; none with --notuned."""
    return tuned_files(latents) if FLAGS.tuned else []


def load_tuned(latents: Sequence[str | os.PathLike]) -> NetworkDifference | None:
    """The one tuned network of latents that are drawn together; None for the network itself.

    Raises:
      InputError: they belong to different networks, or a file is not a tuned network.
    """
    files = used_files(latents)
    if not files:
        return None
    first = NetworkDifference.load(files[0])
    bare = [path for path in latents if not tuned_path(path).is_file()]
    others = (path for path in files[1:] if NetworkDifference.load(path).digest != first.digest)
    other = next(iter([*bare, *others]), None)
    if other is not None:
        raise InputError(
            f"{files[0]} is not the network of {other}: latents of different tuned networks "
            "cannot be drawn together; --notuned draws them with the network itself"
        )
    return first


def check(latents: Sequence[str | os.PathLike]) -> None:
    """Refuses latents that cannot be drawn together, without TensorFlow."""
    load_tuned(latents)


def tune(generator: "Generator", difference: NetworkDifference | None) -> None:
    """Makes a generator the tuned one."""
    if difference is not None:
        difference.apply(generator)
