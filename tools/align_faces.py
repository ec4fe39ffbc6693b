"""Cuts faces out of photographs the way FFHQ's faces are (thesis 3.3).

    python tools/align_faces.py --input=photographs --output=aligned

For each picture NAME there is NAME.png in --output, RGB, 1024×1024; with --faces=all NAME_00.png,
NAME_01.png and so on, the largest face first. Run again, it does what is not there yet.
"""

import pathlib

from absl import flags, logging
from tqdm import tqdm

from encoder.datasets.readers import READERS
from encoder.faces.alignment import ALIGNED_SIZE, PADDINGS
from encoder.faces.alignment_job import FACES, AlignmentJob
from encoder.faces.landmarks import DETECTION_SIZE, DETECTORS
from encoder.picture_sets import find_pictures, write_labels
from encoder.worker_pool import count_cores
from stylegan_tf.errors import InputError
from tools import driver

FLAGS = flags.FLAGS

flags.DEFINE_multi_string("input", None, "A picture or a folder; repeat for more.", required=True)
flags.DEFINE_string("output", None, "The folder to write.", required=True)
flags.DEFINE_enum(
    "dataset",
    None,
    list(READERS),
    "--input is a data set of this layout; labels.csv then says who shows which emotion.",
)
flags.DEFINE_enum("faces", "largest", FACES, "Which faces of a picture to take.")
flags.DEFINE_enum("padding", "edge", PADDINGS, "What fills the frame outside the picture.")
flags.DEFINE_enum("detector", "cnn", DETECTORS, "hog is faster and finds frontal faces only.")
flags.DEFINE_integer(
    "detection_size", DETECTION_SIZE, "Longest side while searching, in pixels.", lower_bound=80
)
flags.DEFINE_bool(
    "refine_landmarks", False, "Find landmarks again in the face turned upright; exacter."
)
flags.DEFINE_integer("size", ALIGNED_SIZE, "Side of the aligned faces, in pixels.", lower_bound=16)
flags.DEFINE_integer("workers", count_cores(), "Processes; one a core if unset.", lower_bound=1)
flags.DEFINE_bool("overwrite", False, "Make everything again.")


def main() -> None:
    """Aligns what is not there yet."""
    if FLAGS.dataset and FLAGS.faces == "all":
        raise InputError("--dataset labels the largest face; leave out --faces=all")
    pictures = find_pictures(FLAGS.input, FLAGS.dataset)
    output = pathlib.Path(FLAGS.output)
    job = AlignmentJob(pictures, output, faces=FLAGS.faces, overwrite=FLAGS.overwrite)
    with tqdm(total=len(job.pending), unit="picture") as bar:
        written = job.run(
            bar.update,
            FLAGS.workers,
            size=FLAGS.size,
            padding=FLAGS.padding,
            detector=FLAGS.detector,
            detection_size=FLAGS.detection_size,
            refine=FLAGS.refine_landmarks,
        )
    if not written and len(job.pending) == len(pictures):
        more = f" ({len(job.failed)} pictures failed)" if len(job.failed) > 1 else ""
        raise InputError(f"nothing was aligned: {job.failed[0]}{more}")
    if FLAGS.dataset:
        done = [p for p in pictures if (output / f"{p.name}.png").exists()]
        write_labels(output / "labels.csv", done)
    logging.info(
        "%d faces written to %s; %d pictures were done before, %d failed",
        written,
        output,
        len(pictures) - len(job.pending),
        len(job.failed),
    )


if __name__ == "__main__":
    driver.run(main)
