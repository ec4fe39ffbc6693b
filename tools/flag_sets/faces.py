"""Flags of drivers that animate faces: which network, whose faces."""

import pathlib

import numpy as np
from absl import flags

from encoder.embedder import COARSE, EMBEDDING_METHODS, EmbeddingOptions
from encoder.embedding.methods import ITERATIONS
from encoder.faces.landmarks import DETECTION_SIZE, DETECTORS
from stylegan_tf.errors import InputError
from tools.flag_sets import values as flag_values

FLAGS = flags.FLAGS

flags.DEFINE_string(
    "network", flag_values.SHIPPED_NETWORKS[0], "A network pickle, or the name of one that ships."
)
flags.DEFINE_list("seeds", ["0"], "Random faces, as NVIDIA's scripts draw them; one or more.")
flags.DEFINE_alias("seed", "seeds")
flags.DEFINE_multi_string("latent", [], "A latent file (.npy) instead; repeat it for more faces.")
flags.DEFINE_multi_string("photo", [], "A photograph to embed instead; repeat it for more faces.")
flags.DEFINE_float("truncation_psi", 0.7, "Random faces: 1 as drawn, 0 the average face.")
flags.DEFINE_enum("method", "thesis", EMBEDDING_METHODS, "Photographs: how to embed.")
flags.DEFINE_integer("iterations", ITERATIONS, "Photographs: steps (thesis 4.2).", lower_bound=0)
flags.DEFINE_string(
    "encoder",
    None,
    "Photographs, with --method=coarse: an .npz file, or the name of one that ships.",
)
flags.DEFINE_string("vgg_weights", "imagenet", "Photographs: imagenet, random, or a file.")
flags.DEFINE_bool(
    "skip_fine_blocks", False, "Photographs: search without the blocks above 256 pixels; faster."
)
flags.DEFINE_enum("detector", "cnn", DETECTORS, "Photographs: what finds the face.")
flags.DEFINE_integer(
    "detection_size", DETECTION_SIZE, "Longest side while faces are searched.", lower_bound=80
)
flags.DEFINE_integer("embedding_seed", 0, "Photographs: of random starts and weights.")


def check(encoder_alone: bool = False) -> None:
    """Refuses wrong values without loading anything.

    Args:
      encoder_alone: the driver also uses --encoder when --method is not coarse.
    """
    flag_values.check_network(FLAGS.network)
    if FLAGS.encoder and FLAGS.method != COARSE and not encoder_alone:
        raise InputError("--encoder is for --method=coarse; give both or neither")
    given = [name for name in ("seeds", "latent", "photo") if FLAGS[name].present]
    if len(given) > 1:
        raise InputError(f"--{given[0]} and --{given[1]} both say whose face; give one of them")
    if not np.isfinite(FLAGS.truncation_psi):
        raise InputError(f"--truncation_psi is {FLAGS.truncation_psi}; it must be finite")
    if FLAGS.latent:
        from encoder.embedding.latents import load_latent

        for path in FLAGS.latent:
            load_latent(path, w_size=None)  # the generator will say
    elif FLAGS.photo:
        embedding_options()
        for path in FLAGS.photo:
            if not pathlib.Path(path).is_file():
                raise InputError(f"there is no photograph {path}")
    else:
        flag_values.seed_numbers("seeds", FLAGS.seeds)


def load_generator():
    """The generator Gs of --network.

    Raises:
      InputError: it has no W space, as a Progressive GAN.
    """
    from stylegan_tf import load_networks

    generator = load_networks(FLAGS.network).Gs
    if not hasattr(generator, "num_layers"):
        raise InputError(f"{FLAGS.network} has no W space to move in; use a StyleGAN or StyleGAN2")
    return generator


def load_faces(generator) -> np.ndarray:
    """The latents that the flags name: float32 `[n, L, 512]`.

    Photographs are embedded here, under a progress bar.
    """
    if FLAGS.latent:
        from encoder.embedding.latents import load_latent

        shape = generator.num_layers, generator.dlatent_size
        return np.stack([load_latent(path, *shape) for path in FLAGS.latent])
    if not FLAGS.photo:
        seeds = flag_values.seed_numbers("seeds", FLAGS.seeds)
        return generator.map(generator.sample_z(seeds), truncation_psi=FLAGS.truncation_psi)

    from tqdm import tqdm

    from encoder.embedder import FaceEmbedder

    images = load_photos()
    embedder = FaceEmbedder(generator, embedding_options())
    steps = 0 if FLAGS.method == COARSE else len(images) * FLAGS.iterations
    with tqdm(total=steps, desc="embedding", unit="step", disable=not steps) as bar:
        return np.stack([embedder.embed(image, on_step=bar.update) for image in images])


def load_photos() -> list[np.ndarray]:
    """The largest face of each photograph, aligned: uint8 `[1024, 1024, 3]` each."""
    from encoder.faces.alignment_job import align_picture

    search = {"detector": FLAGS.detector, "detection_size": FLAGS.detection_size}
    return [align_picture(pathlib.Path(path), **search)[0] for path in FLAGS.photo]


def embedding_options(method: str | None = None) -> EmbeddingOptions:
    """How to embed, from the flags; `method` instead of --method."""
    method = method or FLAGS.method
    return EmbeddingOptions(
        method,
        FLAGS.iterations,
        FLAGS.vgg_weights,
        FLAGS.encoder if method == COARSE else None,
        FLAGS.skip_fine_blocks,
        FLAGS.embedding_seed,
    )
