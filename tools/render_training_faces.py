"""Renders heads with all their labels, to train the shipped generator on.

    python tools/render_training_faces.py --output=out/faces256 --faces=20000 --size=256

Faces are written in shards; run again, it goes on where it was, and more --faces add to those that
are there. What lies in the folder is told by `encoder/rendered_faces/head/training_set.py`. Needs
the renderer's assets: `python tools/fetch_renderer_assets.py`.
"""

from tools import driver
from tools.flag_sets.numbers import define_integer

import pathlib

from absl import flags

from stylegan_tf.errors import InputError

_OUTPUT = flags.DEFINE_string("output", None, "The folder to write.", required=True)
_FACES = define_integer("faces", 20000, "How many faces.", 1, 10_000_000)
_SIZE = define_integer("size", 256, "Side of the pictures in pixels.", 64, 4096)
_SHARD = define_integer("shard", 100, "Faces a shard.", 1, 10_000)
_SEED = define_integer("seed", 0, "Of the faces.", 0, 2**32 - 1)
_WORKERS = define_integer("num_workers", None, "Processes; one a core if left out.", 1, 1024)


def main() -> None:
    """Renders what is missing."""
    output = pathlib.Path(_OUTPUT.value)
    if output.exists() and not output.is_dir():
        raise InputError(f"--output={output} is a file; give a folder")
    from encoder.rendered_faces.head.assets import find_assets
    from encoder.rendered_faces.head.training_set import render_training_set

    find_assets()
    render_training_set(
        output, _FACES.value, _SIZE.value, _SHARD.value, _SEED.value, _WORKERS.value
    )


if __name__ == "__main__":
    driver.run(main)
