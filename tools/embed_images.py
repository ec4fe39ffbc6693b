"""Embeds faces into the latent space of a generator (thesis 3.8, 4.1, 4.2).

    python tools/embed_images.py --input=photograph.jpg --align --output=latents

For each picture NAME there are in --output: NAME.npy (the latent, float32 (L, 512)), NAME_strip.png
(target, steps 0, 10, 100, 1000, result), NAME_loss.csv and NAME_loss.png; embedding.json says how
they were made. Run again, it does what is not there yet. Pictures must be aligned faces (see
tools/align_faces.py) unless --align is given. --method=coarse predicts the latent with an encoder
of tools/train_coarse_encoder.py instead of searching for it. --method=projector searches W and the
noise, --method=pti also tunes the network to the picture: what it draws NAME.npy with is in
NAME.tuned.npz, which drivers that read NAME.npy find there.
"""

from tools import driver
from tools.flag_sets import alignment as alignment_flags
from tools.flag_sets import comparison as comparison_flags
from tools.flag_sets import detection as detection_flags
from tools.flag_sets import network as network_flags
from tools.flag_sets import output as output_flags
from tools.flag_sets import perceptual as perceptual_flags
from tools.flag_sets import runner as runner_flags
from tools.flag_sets import tuning as tuning_flags
from tools.flag_sets.numbers import define_integer, define_number

import os
import pathlib
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from absl import flags, logging
from tqdm import tqdm

from encoder.coarse.files import find_encoder
from encoder.datasets.readers import READERS
from encoder.embedder import COARSE, EMBEDDING_METHODS, PROJECTOR, PTI, default_iterations
from encoder.embedding.methods import METHODS
from encoder.picture_sets import Picture, find_pictures, write_labels
from stylegan_tf.errors import InputError
from stylegan_tf.outputs.output_folder import OutputFolder
from stylegan_tf.outputs.url_folder import UrlFolder

if TYPE_CHECKING:
    from encoder.embedding.job import BatchEmbedder
    from encoder.embedding.result import Embedding
    from stylegan_tf import Generator

FLAGS = flags.FLAGS
for module in (
    alignment_flags,
    comparison_flags,
    detection_flags,
    network_flags,
    output_flags,
    perceptual_flags,
    runner_flags,
    tuning_flags,
):
    flags.adopt_module_key_flags(module)

flags.DEFINE_multi_string("input", None, "A picture or a folder; repeat for more.", required=True)
flags.DEFINE_string("output", None, "The folder to write.", required=True)
flags.DEFINE_enum(
    "dataset",
    None,
    list(READERS),
    "--input is a data set of this layout; labels.csv then says who shows which emotion.",
)
flags.DEFINE_bool("align", False, "Find, align and embed the largest face of each picture.")
flags.DEFINE_enum("method", "thesis", EMBEDDING_METHODS, "How to embed.")
define_integer(
    "iterations",
    None,
    "Steps for each picture; none: the method's own, 1000 (thesis 4.2), of pti 450.",
    0,
    1_000_000,
)
flags.DEFINE_bool(
    "same_person", False, "With --method=pti: all pictures show one person; tune one network."
)
define_number("learning_rate", None, "None for the method's own.", 1e-9, 1000)
flags.DEFINE_enum("space", "w+", ["w+", "w"], "A code for each layer, or one for all.")
flags.DEFINE_string(
    "start",
    None,
    "w_avg, zeros, coarse or a latent file; none: the method's own.",
)
flags.DEFINE_string(
    "encoder", None, "The .npz file of a coarse encoder, or the name of one that ships."
)
define_integer("patience", None, "Stop after so many steps without gain.", 1, 1_000_000)
define_integer("seed", 0, "Of random starts and random weights.", 0, 2**32 - 1)
define_integer("batch_size", 1, "Pictures side by side.", 1, 4096)

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
_TUNING_METHODS = (PROJECTOR, PTI)
LABELS = "labels/"  # an item that no picture is called


def main() -> None:
    """Embeds what is not there yet."""
    check()
    pictures = find_pictures(FLAGS.input, FLAGS.dataset)
    # The batch size is a matter of memory: it changes last bits only.
    ignored = ["dataset", "batch_size"] if FLAGS.same_person else ["input", "dataset", "batch_size"]
    record = output_flags.make_record(FLAGS.network, ignored=ignored)
    folder = output_flags.open_folder(record, record_name="embedding.json")
    if any(
        os.path.realpath(picture.path.parent) == os.path.realpath(folder.path)
        for picture in pictures
    ):
        raise InputError("--input and --output are one folder; give another --output")
    embed(pictures, folder)


def check() -> None:
    """Refuses wrong values without loading anything."""
    network_flags.check()
    network_flags.check_gradients()
    coarse = FLAGS.method == COARSE
    ignored = [f"--{name}" for name in _SEARCH_FLAGS if coarse and FLAGS[name].present]
    if ignored:
        raise InputError(f"--method=coarse does not search: leave out {', '.join(ignored)}")
    if FLAGS.method in _TUNING_METHODS:
        for name in ("space", "patience", "batch_size"):
            if FLAGS[name].present:
                raise InputError(
                    f"--method={FLAGS.method} searches W, one picture after the other, to the end: "
                    f"no --{name}"
                )
        if FLAGS.start == "zeros":
            raise InputError(f"--method={FLAGS.method} starts from w_avg, coarse or a latent file")
    for name in (*tuning_flags.NAMES, "same_person"):
        if FLAGS[name].present and FLAGS.method != PTI:
            raise InputError(f"--{name} is for --method=pti only")
    if FLAGS.method in METHODS and METHODS[FLAGS.method].code == "z":
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
    perceptual_flags.check()


def embed(pictures: list[Picture], folder: OutputFolder | UrlFolder) -> None:
    """Loads the networks and embeds the pictures that are left."""
    from encoder.embedding.job import EmbeddingJob

    job = EmbeddingJob(pictures, folder, tuned=FLAGS.method in _TUNING_METHODS)
    together = len(pictures) if FLAGS.same_person else FLAGS.batch_size
    if FLAGS.dataset:
        folder.is_done(LABELS, expected=["labels.csv"])  # refuses what is not ours
    written = 0
    with folder.opened():
        if job.pending:
            embedder = runner_flags.in_worker("embed_images", "make_worker")
            runner = runner_flags.make_runner(otherwise=1, items=len(job.pending))
            with tqdm(total=len(job.pending), unit="picture") as bar:
                written = job.run(embedder, together, bar.update, runner)
        if FLAGS.dataset:
            done = [p for p in pictures if folder.has(p.name)]
            if done:
                with folder.making(LABELS) as stage:
                    write_labels(stage / "labels.csv", done)
    if not written and len(job.pending) == len(pictures):
        more = f" ({len(job.failed)} pictures failed)" if len(job.failed) > 1 else ""
        raise InputError(f"nothing was embedded: {job.failed[0]}{more}")
    logging.info(
        "%d latents written to %s; %d were there before, %d pictures failed",
        written,
        folder.path,
        len(pictures) - len(job.pending),
        len(job.failed),
    )


def make_worker() -> "BatchEmbedder":
    """What embeds batches of pictures, with everything loaded."""
    from encoder.embedding.job import BatchEmbedder

    generator = network_flags.load_generator()
    return BatchEmbedder(generator, read_face, make_embedder(generator))


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
    from encoder.embedder import load_encoder
    from encoder.embedding.latents import load_latent

    coarse = None if FLAGS.encoder is None else load_encoder(FLAGS.encoder, generator)
    if coarse is not None and FLAGS.method == COARSE:
        return coarse.embed
    start = FLAGS.start
    if start not in (None, "w_avg", "zeros", "coarse"):
        start = load_latent(start, generator.num_layers, generator.dlatent_size)
    steps = default_iterations(FLAGS.method) if FLAGS.iterations is None else FLAGS.iterations
    make = make_tuning_search if FLAGS.method in _TUNING_METHODS else make_latent_search
    search = make(generator, steps)
    more = FLAGS.tuning_iterations if FLAGS.method == PTI else 0

    def embedder(images: list[np.ndarray]) -> "list[Embedding]":
        from_where = coarse.encode(images) if coarse is not None else start
        rounds = len(images) if FLAGS.method in _TUNING_METHODS else 1
        with tqdm(
            total=rounds * steps + more,
            unit="step",
            leave=False,
            disable=not runner_flags.is_here(),
        ) as bar:
            return search(images, from_where, bar.update)

    return embedder


Start = str | np.ndarray | None
Search = Callable[[list[np.ndarray], Start, Callable[[], object]], "list[Embedding]"]


def make_latent_search(generator: "Generator", steps: int) -> Search:
    """The search of the methods that move a latent only: images, start, on_step → embeddings."""
    from encoder.embedder import make_optimizer
    from encoder.embedding.job import STRIP_STEPS

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

    def search(
        images: list[np.ndarray], start: Start, on_step: Callable[[], object]
    ) -> "list[Embedding]":
        return optimizer.optimize(
            images,
            steps,
            start=start,
            patience=FLAGS.patience,
            snapshot_steps=STRIP_STEPS,
            seed=FLAGS.seed,
            on_step=on_step,
        )

    return search


def make_tuning_search(generator: "Generator", steps: int) -> Search:
    """The same of the projector and of pivotal tuning."""
    from encoder.embedding.job import STRIP_STEPS
    from encoder.embedding.perceptual import PerceptualModel
    from encoder.tuning.embedder import PivotalEmbedder
    from encoder.tuning.options import FEATURES, PIVOT_LEARNING_RATE, PROJECTOR_LEARNING_RATE
    from encoder.tuning.projector import Projector

    perceptual = PerceptualModel(FEATURES, FLAGS.vgg_weights, FLAGS.seed)
    rate = PIVOT_LEARNING_RATE if FLAGS.method == PTI else PROJECTOR_LEARNING_RATE
    if FLAGS.learning_rate is not None:
        rate = FLAGS.learning_rate
    size = {
        "working_resolution": FLAGS.working_resolution,
        "skip_fine_blocks": FLAGS.skip_fine_blocks,
    }
    options = {"snapshot_steps": STRIP_STEPS, "seed": FLAGS.seed}

    def starts(images: list[np.ndarray], start: Start) -> list[np.ndarray | None]:
        if start is None or isinstance(start, str):
            return [None] * len(images)
        return [start] * len(images) if start.ndim == 2 else list(start)

    if FLAGS.method == PTI:
        pivotal = PivotalEmbedder(
            generator,
            perceptual,
            tuning_flags.tuning_options(FLAGS.seed),
            learning_rate=rate,
            **size,
        )
        return lambda images, start, on_step: pivotal.embed(
            images, steps, starts=starts(images, start), on_step=on_step, **options
        )
    projector = Projector(generator, perceptual, learning_rate=rate, **size)
    return lambda images, start, on_step: [
        projector.embed(image, steps, start=one, on_step=on_step, **options)
        for image, one in zip(images, starts(images, start), strict=True)
    ]


if __name__ == "__main__":
    driver.run(main)
