"""Cuts faces out of photographs the way FFHQ's faces are (thesis 3.3).

    python tools/align_faces.py --input=photographs --output=aligned

For each picture NAME there is NAME.png in --output, RGB, 1024×1024; with --faces=all NAME_00.png,
NAME_01.png and so on, the largest face first. Run again, it does what is not there yet.
"""

from tools import driver
from tools.flag_sets import alignment as alignment_flags
from tools.flag_sets import detection as detection_flags
from tools.flag_sets import output as output_flags
from tools.flag_sets import runner as runner_flags
from tools.flag_sets.numbers import define_integer

import os

from absl import flags, logging
from tqdm import tqdm

from encoder.datasets.readers import READERS
from encoder.faces.alignment import ALIGNED_SIZE, PADDINGS
from encoder.faces.alignment_job import FACES, AlignmentJob
from encoder.picture_sets import find_pictures, write_labels
from stylegan_tf.errors import InputError

FLAGS = flags.FLAGS
for module in (alignment_flags, detection_flags, output_flags, runner_flags):
    flags.adopt_module_key_flags(module)

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
define_integer("size", ALIGNED_SIZE, "Side of the aligned faces, in pixels.", 16, 4096)

LABELS = "labels/"  # an item that no picture is called


def main() -> None:
    """Aligns what is not there yet."""
    if FLAGS.dataset and FLAGS.faces == "all":
        raise InputError("--dataset labels the largest face; leave out --faces=all")
    pictures = find_pictures(FLAGS.input, FLAGS.dataset)
    record = output_flags.make_record(ignored=["input", "dataset"])
    folder = output_flags.open_folder(record)
    if any(
        os.path.realpath(picture.path.parent) == os.path.realpath(folder.path)
        for picture in pictures
    ):
        raise InputError("--input and --output are one folder; give another --output")
    job = AlignmentJob(pictures, folder, faces=FLAGS.faces)
    if FLAGS.dataset:
        folder.is_done(LABELS, expected=["labels.csv"])  # refuses what is not ours
    with folder.opened(), tqdm(total=len(job.pending), unit="picture") as bar:
        written = job.run(
            bar.update,
            runner_flags.make_runner(items=len(job.pending)),
            size=FLAGS.size,
            padding=FLAGS.padding,
            detector=FLAGS.detector,
            detection_size=FLAGS.detection_size,
            refine=FLAGS.refine_landmarks,
        )
        if FLAGS.dataset:
            done = [p for p in pictures if folder.has(p.name)]
            if done:
                with folder.making(LABELS) as stage:
                    write_labels(stage / "labels.csv", done)
    if not written and len(job.pending) == len(pictures):
        more = f" ({len(job.failed)} pictures failed)" if len(job.failed) > 1 else ""
        raise InputError(f"nothing was aligned: {job.failed[0]}{more}")
    logging.info(
        "%d faces written to %s; %d pictures were done before, %d failed",
        written,
        folder.path,
        len(pictures) - len(job.pending),
        len(job.failed),
    )


if __name__ == "__main__":
    driver.run(main)
