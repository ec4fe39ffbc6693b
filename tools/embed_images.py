"""Embeds faces into the latent space of a generator (thesis 3.8, 4.1, 4.2).

    python tools/embed_images.py --input=photograph.jpg --align --output=latents

For each picture NAME there are in --output: NAME.npy (the latent, float32 (L, 512)), NAME_strip.png
(target, steps 0, 10, 100, 1000, result), NAME_loss.csv and NAME_loss.png; embedding.json says how
they were made. Run again, it does what is not there yet. Pictures must be aligned faces (see
tools/align_faces.py) unless --align is given. --method=coarse predicts the latent with an encoder
of tools/train_coarse_encoder.py instead of searching for it.
"""

import json
import pathlib
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from absl import flags, logging
from tqdm import tqdm

from encoder.coarse.files import find_encoder
from encoder.datasets.readers import READERS
from encoder.embedder import COARSE, EMBEDDING_METHODS
from encoder.embedding.methods import ITERATIONS, METHODS
from encoder.faces.landmarks import DETECTION_SIZE, DETECTORS
from encoder.picture_sets import Picture, find_pictures, write_labels
from stylegan_tf.errors import InputError
from stylegan_tf.files import write_atomically
from tools import driver
from tools.flag_sets import comparison as comparison_flags
from tools.flag_sets import values as flag_values

if TYPE_CHECKING:
    from encoder.embedding.result import Embedding
    from stylegan_tf import Generator

FLAGS = flags.FLAGS
flags.adopt_module_key_flags(comparison_flags)

flags.DEFINE_string(
    "network", flag_values.SHIPPED_NETWORKS[0], "A network pickle, or the name of one that ships."
)
flags.DEFINE_multi_string("input", None, "A picture or a folder; repeat for more.", required=True)
flags.DEFINE_string("output", None, "The folder to write.", required=True)
flags.DEFINE_enum(
    "dataset",
    None,
    list(READERS),
    "--input is a data set of this layout; labels.csv then says who shows which emotion.",
)
flags.DEFINE_bool("align", False, "Find, align and embed the largest face of each picture.")
flags.DEFINE_enum("detector", "cnn", DETECTORS, "With --align: what finds the face.")
flags.DEFINE_integer(
    "detection_size", DETECTION_SIZE, "With --align: longest side while searching.", lower_bound=80
)
flags.DEFINE_bool(
    "refine_landmarks", False, "With --align: find landmarks again in the face turned upright."
)
flags.DEFINE_enum("method", "thesis", EMBEDDING_METHODS, "How to embed.")
flags.DEFINE_integer(
    "iterations", ITERATIONS, "Steps for each picture (thesis 4.2).", lower_bound=0
)
flags.DEFINE_float("learning_rate", None, "None for the method's own.", lower_bound=1e-9)
flags.DEFINE_enum("space", "w+", ["w+", "w"], "A code for each layer, or one for all.")
flags.DEFINE_string(
    "start",
    None,
    "w_avg, zeros, coarse or a latent file; none: the method's own.",
)
flags.DEFINE_string(
    "encoder", None, "The .npz file of a coarse encoder, or the name of one that ships."
)
flags.DEFINE_integer("patience", None, "Stop after so many steps without gain.", lower_bound=1)
flags.DEFINE_string("vgg_weights", "imagenet", "imagenet, random, or a file of VGG16's weights.")
flags.DEFINE_integer("seed", 0, "Of random starts and random weights.", lower_bound=0)
flags.DEFINE_integer("batch_size", 1, "Pictures side by side.", lower_bound=1)
flags.DEFINE_bool("overwrite", False, "Make everything again.")

_SEARCH_FLAGS = (
    "iterations",
    "learning_rate",
    "space",
    "start",
    "patience",
    "working_resolution",
    "skip_fine_blocks",
    "vgg_weights",
)
_NOT_RECORDED = ("input", "batch_size")  # they do not change a picture's latent


def main() -> None:
    """Embeds what is not there yet."""
    check()
    pictures = find_pictures(FLAGS.input, FLAGS.dataset)
    output = pathlib.Path(FLAGS.output)
    if output.exists() and not output.is_dir():
        raise InputError(f"--output={output} is a file; give a folder")
    record = output / "embedding.json"
    if record.exists() and not FLAGS.overwrite:
        changed = [n for n in flag_values.changed_flags(record) if n not in _NOT_RECORDED]
        if changed:
            raise InputError(
                f"{output} was made with another --{', --'.join(changed)}; give another --output, "
                "or --overwrite"
            )
    embed(pictures, output, record)


def check() -> None:
    """Refuses wrong values without loading anything."""
    flag_values.check_network(FLAGS.network)
    coarse = FLAGS.method == COARSE
    ignored = [f"--{name}" for name in _SEARCH_FLAGS if coarse and FLAGS[name].present]
    if ignored:
        raise InputError(f"--method=coarse does not search: leave out {', '.join(ignored)}")
    if not coarse and METHODS[FLAGS.method].code == "z":
        for name in ("start", "space"):
            if FLAGS[name].present:
                raise InputError(f"--method={FLAGS.method} searches Z from a random z: no --{name}")
    needed = coarse or FLAGS.start == "coarse"
    if needed != (FLAGS.encoder is not None):
        raise InputError(
            "a coarse encoder is needed: give --encoder=rendered-faces, or a file of "
            "tools/train_coarse_encoder.py"
            if needed
            else "--encoder is for --method=coarse and --start=coarse only"
        )
    if FLAGS.encoder is not None:
        find_encoder(FLAGS.encoder)
    start = FLAGS.start
    if start not in (None, "w_avg", "zeros", "coarse") and not pathlib.Path(start).is_file():
        raise InputError(f"--start={start} is not a file")
    for name in ("detector", "detection_size", "refine_landmarks"):
        if FLAGS[name].present and not FLAGS.align:
            raise InputError(f"--{name} is for --align only")
    flag_values.check_vgg_weights()


def embed(pictures: list[Picture], output: pathlib.Path, record: pathlib.Path) -> None:
    """Loads the networks and embeds the pictures that are left."""
    from encoder.embedding.job import EmbeddingJob

    job = EmbeddingJob(pictures, output, overwrite=FLAGS.overwrite)
    written = 0
    if job.pending:
        from stylegan_tf import Generator, load_networks

        generator = load_networks(FLAGS.network).Gs
        if not isinstance(generator, Generator):
            raise InputError(f"{FLAGS.network} has no W space; use a StyleGAN or StyleGAN2")
        embedder = make_embedder(generator)
        with write_atomically(record) as temporary:
            run = flag_values.describe_run(FLAGS.network)
            temporary.write_text(json.dumps(run, indent=2) + "\n", "utf-8")
        with tqdm(total=len(job.pending), unit="picture") as bar:
            written = job.run(generator, read_face, embedder, FLAGS.batch_size, bar.update)
        if not written and len(job.pending) == len(pictures):
            more = f" ({len(job.failed)} pictures failed)" if len(job.failed) > 1 else ""
            raise InputError(f"nothing was embedded: {job.failed[0]}{more}")
    if FLAGS.dataset:
        done = [p for p in pictures if (output / f"{p.name}.npy").exists()]
        write_labels(output / "labels.csv", done)
    logging.info(
        "%d latents written to %s; %d were there before, %d pictures failed",
        written,
        output,
        len(pictures) - len(job.pending),
        len(job.failed),
    )


def read_face(path: pathlib.Path) -> np.ndarray:
    """The aligned face in a picture file, uint8 [S, S, 3]."""
    from encoder.faces.alignment_job import align_picture
    from encoder.images import read_image

    if FLAGS.align:
        options = {"detector": FLAGS.detector, "detection_size": FLAGS.detection_size}
        return align_picture(path, refine=FLAGS.refine_landmarks, **options)[0]
    image = read_image(path)
    if image.shape[0] != image.shape[1]:
        raise InputError(f"{path} is not square, so not an aligned face; give --align")
    return image


def make_embedder(generator: "Generator") -> "Callable[[list[np.ndarray]], list[Embedding]]":
    """A function from images, uint8 [S, S, 3] each, to their embeddings."""
    from encoder.embedder import load_encoder, make_optimizer
    from encoder.embedding.job import STRIP_STEPS
    from encoder.embedding.latents import load_latent

    coarse = None if FLAGS.encoder is None else load_encoder(FLAGS.encoder, generator)
    if coarse is not None and FLAGS.method == COARSE:
        return coarse.embed
    optimizer = make_optimizer(
        generator,
        FLAGS.method,
        FLAGS.vgg_weights,
        FLAGS.seed,
        space=FLAGS.space,
        batch_size=FLAGS.batch_size,
        learning_rate=FLAGS.learning_rate,
        working_resolution=FLAGS.working_resolution,
        skip_fine_blocks=FLAGS.skip_fine_blocks,
    )
    start = FLAGS.start
    if start not in (None, "w_avg", "zeros", "coarse"):
        start = load_latent(start, generator.num_layers, generator.dlatent_size)

    def embedder(images: list[np.ndarray]) -> "list[Embedding]":
        with tqdm(total=FLAGS.iterations, unit="step", leave=False) as bar:
            return optimizer.optimize(
                images,
                FLAGS.iterations,
                start=coarse.encode(images) if coarse is not None else start,
                patience=FLAGS.patience,
                snapshot_steps=STRIP_STEPS,
                seed=FLAGS.seed,
                on_step=bar.update,
            )

    return embedder


if __name__ == "__main__":
    driver.run(main)
