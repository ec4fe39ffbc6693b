"""Flags of drivers that animate faces: which network, whose faces, which directions."""

import pathlib
from collections.abc import Iterable

import numpy as np
from absl import flags

from emotion.emotion import Emotion
from stylegan_tf.errors import InputError
from synthesis import direction_files
from tools import flag_values

FLAGS = flags.FLAGS

flags.DEFINE_string(
    "network", flag_values.SHIPPED_NETWORKS[0], "A network pickle, or the name of one that ships."
)
flags.DEFINE_list("seeds", ["0"], "Random faces, as NVIDIA's scripts draw them; one or more.")
flags.DEFINE_alias("seed", "seeds")
flags.DEFINE_multi_string("latent", [], "A latent file (.npy) instead; repeat it for more faces.")
flags.DEFINE_multi_string("photo", [], "A photograph to embed instead; repeat it for more faces.")
flags.DEFINE_float("truncation_psi", 0.7, "Random faces: 1 as drawn, 0 the average face.")
flags.DEFINE_string(
    "method", "thesis", "Photographs: how to embed, see tools/embed_images.py --helpfull."
)
flags.DEFINE_integer("iterations", 1000, "Photographs: steps of embedding.", lower_bound=0)
flags.DEFINE_string(
    "vgg_weights", "imagenet", "Photographs: imagenet, random, or a file of VGG16's weights."
)
flags.DEFINE_enum("detector", "cnn", ["cnn", "hog"], "Photographs: what finds the face.")
flags.DEFINE_integer("embedding_seed", 0, "Photographs: of random starts and weights.")
flags.DEFINE_string(
    "directions",
    direction_files.SHIPPED[0],
    "A folder with happiness.npy and so on, or the name of directions that ship.",
)


def seeds() -> list[int]:
    """The numbers of --seeds."""
    numbers = []
    for text in FLAGS.seeds:
        if not text.strip().isdecimal() or int(text) >= 2**32:
            raise InputError(f"--seeds: {text!r} is not a whole number from 0 to {2**32 - 1}")
        numbers.append(int(text))
    if not numbers:
        raise InputError("--seeds is empty; give at least one number")
    return numbers


def check(emotions: Iterable[Emotion] = ()) -> None:
    """Refuses wrong values without loading anything.

    Args:
      emotions: those that need a direction.
    """
    flag_values.check_network(FLAGS.network)
    given = [name for name in ("seeds", "latent", "photo") if FLAGS[name].present]
    if len(given) > 1:
        raise InputError(f"--{given[0]} and --{given[1]} both say whose face; give one of them")
    if not np.isfinite(FLAGS.truncation_psi):
        raise InputError(f"--truncation_psi is {FLAGS.truncation_psi}; it must be finite")
    if FLAGS.latent:
        from encoder.latents import load_latent

        for path in FLAGS.latent:
            load_latent(path)
    elif FLAGS.photo:
        from encoder.methods import find_method

        find_method(FLAGS.method)
        for path in FLAGS.photo:
            if not pathlib.Path(path).is_file():
                raise InputError(f"there is no photograph {path}")
        weights = FLAGS.vgg_weights
        if weights not in ("imagenet", "random") and not pathlib.Path(weights).is_file():
            raise InputError(f"--vgg_weights={weights} is not a file, imagenet or random")
    else:
        seeds()
    direction_files.check_directions(FLAGS.directions, emotions)


def load_faces(generator) -> np.ndarray:
    """The latents that the flags name: float32 `[n, L, 512]`.

    Photographs are embedded here, under a progress bar.
    """
    if FLAGS.latent:
        from encoder.latents import load_latent

        return np.stack([load_latent(path, generator.num_layers) for path in FLAGS.latent])
    if not FLAGS.photo:
        return generator.map(generator.sample_z(seeds()), truncation_psi=FLAGS.truncation_psi)

    from tqdm import tqdm

    from encoder.methods import find_method
    from encoder.optimizer import LatentOptimizer
    from encoder.perceptual import PerceptualModel
    from synthesis.faces import align_photo, embed_faces

    images = [align_photo(pathlib.Path(path), FLAGS.detector) for path in FLAGS.photo]
    features = find_method(FLAGS.method).features
    perceptual = None
    if features is not None:
        perceptual = PerceptualModel(features, FLAGS.vgg_weights, FLAGS.embedding_seed)
    optimizer = LatentOptimizer(generator, FLAGS.method, perceptual)
    with tqdm(total=len(images) * FLAGS.iterations, desc="embedding", unit="step") as bar:
        return embed_faces(optimizer, images, FLAGS.iterations, FLAGS.embedding_seed, bar.update)


def load_directions(emotions: Iterable[Emotion], num_layers: int) -> dict[Emotion, np.ndarray]:
    """The directions of --directions: float32 `[L, 512]` each."""
    return direction_files.load_directions(FLAGS.directions, emotions, num_layers)
