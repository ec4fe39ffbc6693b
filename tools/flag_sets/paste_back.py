"""Flags of drivers that edit faces: --paste_back, beside --region and --mask."""

from tools.flag_sets import faces as face_flags
from tools.flag_sets import region as region_flags

import pathlib
from typing import TYPE_CHECKING

import numpy as np
from absl import flags

from stylegan_tf.errors import InputError

if TYPE_CHECKING:
    from stylegan_tf.generator import Generator
    from synthesis.paste_back import Finish

FLAGS = flags.FLAGS

flags.adopt_module_key_flags(region_flags)

flags.DEFINE_bool(
    "paste_back",
    False,
    "Put the face back into its photograph (--photo; with --latent, the --photo of each latent).",
)


def check() -> None:
    """Refuses flags that do not go together, without loading anything."""
    if not FLAGS.paste_back:
        return
    if not FLAGS.photo:
        raise InputError("--paste_back needs --photo, the photograph to put the face back into")
    if FLAGS.latent and len(FLAGS.latent) != len(FLAGS.photo):
        raise InputError(
            f"--paste_back: {len(FLAGS.latent)} of --latent do not go with {len(FLAGS.photo)} of "
            "--photo"
        )
    for path in FLAGS.photo:
        if not pathlib.Path(path).is_file():
            raise InputError(f"there is no photograph {path}")


def make_finishes(generator: "Generator", latents: np.ndarray) -> "list[Finish | None]":
    """For each face what to do with its edited pictures; None for nothing."""
    from synthesis.paste_back import make_finish
    from synthesis.rendering import render_frames

    chosen = region_flags.region()
    if not FLAGS.paste_back and (chosen is None or chosen.outline is None):
        return [None] * len(latents)
    places = face_flags.find_photo_faces() if FLAGS.paste_back else [None] * len(latents)
    drawn = render_frames(generator, [latents], 1, FLAGS.noise)
    return [
        make_finish(unedited, chosen, place, FLAGS.detector)
        for unedited, place in zip(drawn, places, strict=True)
    ]
