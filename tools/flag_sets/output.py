"""What a driver's result is recorded with: its flags, its input files, its network."""

import importlib.metadata
import os
import pathlib
import platform
import sys
from collections.abc import Iterable
from typing import Any

from absl import flags

from stylegan_tf.errors import InputError
from stylegan_tf.network_difference import tuned_files
from stylegan_tf.outputs.output_folder import OutputFolder
from stylegan_tf.outputs.record import Record, describe_file, describe_inputs
from stylegan_tf.outputs.url_folder import UrlFolder, is_url

FLAGS = flags.FLAGS

flags.DEFINE_bool("overwrite", False, "Make it again; replaces only what an earlier run made.")

# Flags that name latents; the tuned networks beside them count too.
_LATENTS = ("latent", "minus", "plus")
# Flags that name files; the content counts, and not where it lies.
_FILES = (
    "audio",
    "directions",
    "encoder",
    "input",
    "labels",
    "latent",
    "latents",
    "minus",
    "model",
    "openface_model",
    "originals",
    "photo",
    "plus",
    "remove",
    "sequence",
    "sequence_model",
    "start",
    "vgg_weights",
)
_NEVER_MATTER = (
    "cpus_per_worker",
    "gpus_per_worker",
    "num_workers",
    "output",
    "overwrite",
    "ray_address",
    "runner",
)
# Packages that decide what the result is, to the last bit.
_PACKAGES = (
    "tensorflow",
    "keras",
    "numpy",
    "scipy",
    "pillow",
    "moviepy",
    "imageio-ffmpeg",
)


def make_record(
    network: str | None = None, ignored: Iterable[str] = (), not_inputs: Iterable[str] = ()
) -> Record:
    """The record of this run.

    Args:
      network: what --network names, if the driver uses one.
      ignored: flags that do not change the result, or choose only which items are made.
      not_inputs: flags that name files in other drivers, and here do not.

    Raises:
      InputError: the network is no file, or an input cannot be read.
    """
    skipped = {*_NEVER_MATTER, *ignored}
    values = {name: value for name, value in own_flags().items() if name not in skipped}
    inputs = {}
    for name in _FILES:
        named = values.get(name) or []
        if isinstance(named, str | list) and named and name not in not_inputs:
            named = named if isinstance(named, list) else [named]
            if name in _LATENTS and values.get("tuned"):
                named = [*named, *map(str, tuned_files(named))]
            paths = [path for path in named if pathlib.Path(path).exists()]
            if len(paths) == len(named):  # otherwise it is the name of something that ships
                inputs[name] = describe_inputs(paths)
    return Record(
        pathlib.Path(sys.argv[0]).name,
        values,
        inputs,
        None if network is None else describe_network(network),
        facts=environment(),
    )


def open_folder(record: Record, **options: Any) -> "OutputFolder | UrlFolder":
    """The folder --output, on this machine or at a URL, for a driver of many items."""
    if is_url(FLAGS.output):
        return UrlFolder(FLAGS.output, record, overwrite=FLAGS.overwrite, **options)
    return OutputFolder(FLAGS.output, record, overwrite=FLAGS.overwrite, **options)


def describe_network(network: str) -> dict[str, str]:
    """The name, file and checksum of a network."""
    from stylegan_tf.zoo import find_network_file

    path = find_network_file(network)
    return {"name": network, "file": path.name, "sha256": describe_file(path).sha256}


def environment() -> dict[str, object]:
    """The versions of Python and of the packages that decide what the result is."""
    versions = {name: importlib.metadata.version(name) for name in _PACKAGES}
    return {"python": platform.python_version(), "packages": versions}


def check_distinct(*outputs: tuple[str, str | os.PathLike | None]) -> None:
    """Refuses outputs, (flag, path), that are one file."""
    seen: dict[str, str] = {}
    for flag, path in outputs:
        if path is not None:
            other = seen.setdefault(os.path.realpath(path), flag)
            if other != flag:
                raise InputError(f"--{other} and --{flag} are the same file; give two")


def own_flags() -> dict[str, object]:
    """Name → value of every flag that the running driver and its flag modules define."""
    folder = pathlib.Path(__file__).parents[1]
    values = {}
    for module, defined in FLAGS.flags_by_module_dict().items():
        # absl knows the running program by argv[0], other modules by their name.
        file = module if module == sys.argv[0] else getattr(sys.modules.get(module), "__file__", "")
        if file and folder in pathlib.Path(file).resolve().parents:
            values.update({flag.name: flag.value for flag in defined})
    return dict(sorted(values.items()))
