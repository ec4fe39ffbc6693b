"""Flags of drivers that animate faces: which network, whose faces."""

from tools.flag_sets import detection, embedding, network, perceptual, truncation, tuned, tuning
from tools.flag_sets.embedding import embedding_options
from tools.flag_sets.seeds import number_ranges

import functools
import pathlib
from typing import TYPE_CHECKING

import numpy as np
from absl import flags

from encoder.embedder import COARSE, PTI
from stylegan_tf.errors import InputError

if TYPE_CHECKING:
    from encoder.faces.alignment_job import AlignedFace
    from stylegan_tf.generator import Generator
    from stylegan_tf.network_difference import NetworkDifference

FLAGS = flags.FLAGS

for module in (detection, embedding, network, truncation, tuned):
    flags.adopt_module_key_flags(module)

flags.DEFINE_list(
    "seeds", ["0"], "Random faces, as NVIDIA's scripts draw them: numbers and ranges, 66,0-15."
)
flags.DEFINE_alias("seed", "seeds")
flags.DEFINE_multi_string("latent", [], "A latent file (.npy) instead; repeat it for more faces.")
flags.DEFINE_multi_string("photo", [], "A photograph to embed instead; repeat it for more faces.")


def check(encoder_alone: bool = False, paste_back: bool = False) -> None:
    """Refuses wrong values without loading anything.

    Args:
      encoder_alone: the driver also uses --encoder when --method is not coarse.
      paste_back: --photo may go with --latent: it says where the faces are put.
    """
    network.check()
    perceptual.check()
    if FLAGS.encoder and FLAGS.method != COARSE and not encoder_alone:
        raise InputError("--encoder is for --method=coarse; give both or neither")
    given = [name for name in ("seeds", "latent", "photo") if FLAGS[name].present]
    if len(given) > 1 and not (paste_back and given == ["latent", "photo"]):
        raise InputError(f"--{given[0]} and --{given[1]} both say whose face; give one of them")
    unused = [f"--{name}" for name in tuning.NAMES if FLAGS[name].present]
    if unused and not (FLAGS.photo and not FLAGS.latent and FLAGS.method == PTI):
        raise InputError(f"{unused[0]} is for --photo with --method=pti only")
    if FLAGS.latent:
        from encoder.embedding.latents import load_latent

        for path in FLAGS.latent:
            load_latent(path, w_size=None)  # the generator will say
        tuned.check(FLAGS.latent)
    elif FLAGS.photo:
        embedding_options()
        for path in FLAGS.photo:
            if not pathlib.Path(path).is_file():
                raise InputError(f"there is no photograph {path}")
    else:
        number_ranges("seeds", FLAGS.seeds)


def named_faces() -> dict[str, int | str]:
    """Name → the seed or the latent file of each face, for what has files of its own.

    Raises:
      InputError: two latents have one name, or there are photographs.
    """
    if FLAGS.photo:
        raise InputError("embed the photographs first (tools/embed_images.py), and give --latent")
    if not FLAGS.latent:
        return {f"seed{seed:04d}": seed for seed in number_ranges("seeds", FLAGS.seeds)}
    faces: dict[str, int | str] = {}
    for path in FLAGS.latent:
        if faces.setdefault(pathlib.Path(path).stem, path) != path:
            raise InputError(f"two latents are called {pathlib.Path(path).stem}")
    return faces


def load_face(
    generator: "Generator", face: int | str
) -> "tuple[np.ndarray, NetworkDifference | None]":
    """The latent of one of `named_faces`, float32 `[L, 512]`, and the network tuned to it."""
    if isinstance(face, str):
        from encoder.embedding.latents import load_latent

        latent = load_latent(face, generator.num_layers, generator.dlatent_size)
        return latent, tuned.load_tuned([face])
    z = generator.sample_z([face])
    return generator.map(z, truncation_psi=FLAGS.truncation_psi)[0], None


def load_faces(generator: "Generator") -> np.ndarray:
    """The latents that the flags name: float32 `[n, L, 512]`; see `load_tuned_faces`."""
    return load_tuned_faces(generator)[0]


def load_tuned_faces(generator: "Generator") -> "tuple[np.ndarray, NetworkDifference | None]":
    """The latents that the flags name, and what was tuned to draw them; to be called once.

    Photographs are embedded here, under a progress bar. Where a tuned network belongs to the faces
    the generator becomes that network.

    Returns:
      float32 `[n, L, 512]`, and what the generator was changed by; None for nothing.
    """
    if FLAGS.latent:
        from encoder.embedding.latents import load_latent

        shape = generator.num_layers, generator.dlatent_size
        latents = np.stack([load_latent(path, *shape) for path in FLAGS.latent])
        difference = tuned.load_tuned(FLAGS.latent)
        tuned.tune(generator, difference)
        return latents, difference
    if not FLAGS.photo:
        seeds = number_ranges("seeds", FLAGS.seeds)
        z = generator.sample_z(seeds)
        return generator.map(z, truncation_psi=FLAGS.truncation_psi), None

    from tqdm import tqdm

    from encoder.embedder import FaceEmbedder, embed_tuned

    images = load_photos()
    options = embedding_options()
    steps = 0 if FLAGS.method == COARSE else len(images) * options.steps
    steps += options.tuning.steps if FLAGS.method == PTI else 0
    with tqdm(total=steps, desc="embedding", unit="step", disable=not steps) as bar:
        if FLAGS.method == PTI:
            found = embed_tuned(generator, images, options, bar.update)
            tuned.tune(generator, found[0].difference)
            return np.stack([one.latent for one in found]), found[0].difference
        embedder = FaceEmbedder(generator, options)
        return np.stack([embedder.embed(image, on_step=bar.update) for image in images]), None


@functools.cache
def find_photo_faces() -> "list[AlignedFace]":
    """The largest face of each photograph, aligned, 1024×1024, and where it was; found once."""
    from encoder.faces.alignment_job import find_aligned

    return [
        find_aligned(
            pathlib.Path(path), detector=FLAGS.detector, detection_size=FLAGS.detection_size
        )[0]
        for path in FLAGS.photo
    ]


def load_photos() -> list[np.ndarray]:
    """The largest face of each photograph, aligned: uint8 `[1024, 1024, 3]` each."""
    return [found.face for found in find_photo_faces()]
