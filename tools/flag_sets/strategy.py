"""Flag of trainings: --strategy, and where each of several machines works."""

import contextlib
import pathlib
import tempfile
from collections.abc import Iterator
from typing import TYPE_CHECKING

from absl import flags

from stylegan_tf.outputs.output_file import OutputFile
from stylegan_tf.outputs.record import Record
from stylegan_tf.outputs.whole_folder import WholeFolder
from stylegan_tf.outputs.workspace import workspace
from stylegan_tf.training.cluster_config import read_config

if TYPE_CHECKING:
    from stylegan_tf.training.replicas import Replicas

FLAGS = flags.FLAGS
flags.DEFINE_enum(
    "strategy",
    "none",
    ["none", "mirrored", "multi_worker"],
    "One device, all GPUs of this machine, or all machines of TF_CONFIG (docs/scale.md).",
)


def make_replicas() -> "Replicas":
    """The devices that --strategy names; call it before anything else of TensorFlow."""
    from stylegan_tf.training.replicas import make_replicas

    return make_replicas(FLAGS.strategy)


@contextlib.contextmanager
def training(
    output: OutputFile | WholeFolder, record: Record, replicas: "Replicas"
) -> Iterator[tuple[pathlib.Path, pathlib.Path]]:
    """Yields the folders for the result and for checkpoints, which stay if this is interrupted.

    On machines other than the chief both are thrown away: the result is the chief's.

    Raises:
      OSError: another machine is gone.
    """
    from stylegan_tf.training.replicas import explained

    if not replicas.is_chief:
        with tempfile.TemporaryDirectory(prefix="stylegan-video-") as name, explained():
            folders = pathlib.Path(name, "result"), pathlib.Path(name, "work")
            for folder in folders:
                folder.mkdir()
            yield folders
        return
    with (
        explained(),
        output.making() as stage,
        workspace(output.path, record, overwrite=FLAGS.overwrite) as work,
    ):
        yield stage, work


def own_folder(path: str) -> pathlib.Path:
    """A folder that every machine fills for itself: the chief `path`, others `path-workerN`.

    Raises:
      InputError: see `read_config`.
    """
    machine = read_config() if FLAGS.strategy == "multi_worker" else 0
    return pathlib.Path(f"{path}-worker{machine}" if machine else path)
