"""Says how well the emotion labellers read photographs of posed expressions.

    python tools/audit_labellers.py --labellers=fer,emopy:0256 --output=out/labellers.json

The photographs are the 101 that come with the installed package EmoPy; each is aligned and cropped
as everywhere in this project. Prints, for each labeller, how many it reads rightly and its
confusion matrix.
"""

import json
import pathlib

from absl import flags, logging

from encoder.datasets.emopy_photographs import read_emopy_photographs
from encoder.faces.landmarks import DETECTION_SIZE, DETECTORS
from stylegan_tf.errors import InputError
from stylegan_tf.files import write_atomically
from tools import driver
from tools.flag_sets import values as flag_values

FLAGS = flags.FLAGS

flags.DEFINE_list(
    "labellers", None, "What label_emotions takes; unset: every one whose files are here."
)
flags.DEFINE_enum("detector", "cnn", DETECTORS, "What finds the faces.")
flags.DEFINE_integer(
    "detection_size", DETECTION_SIZE, "Longest side while searching, in pixels.", lower_bound=80
)
flags.DEFINE_string("output", None, "A JSON file to write.")


def main() -> None:
    """Has every labeller read every photograph."""
    if FLAGS.output and pathlib.Path(FLAGS.output).suffix != ".json":
        raise InputError(f"--output={FLAGS.output} must end in .json")
    if FLAGS.labellers is not None and not FLAGS.labellers:
        raise InputError("--labellers is empty; name one, or leave the flag away")
    samples = read_emopy_photographs()

    from tqdm import tqdm

    from emotion.labelling.audit import (
        audit_labeller,
        audit_table,
        confusion_table,
        prepare_faces,
    )
    from emotion.labelling.registry import load_labeller

    labellers = [load_labeller(name) for name in FLAGS.labellers or _installed()]
    with tqdm(total=len(samples), unit="photograph") as bar:
        faces, missed = prepare_faces(samples, FLAGS.detector, FLAGS.detection_size, bar.update)
    for sample in missed:
        logging.warning("no face is found in %s", sample.path.name)
    if not faces:
        raise InputError(f"the {FLAGS.detector} detector finds no face in the photographs")
    audits = [audit_labeller(labeller, faces) for labeller in labellers]
    print(f"{len(faces)} of {len(samples)} photographs with a face")
    print("\n\n".join([audit_table(audits), *map(confusion_table, audits)]))
    if FLAGS.output:
        record = {
            "flags": flag_values.own_flags(),
            "photographs": len(samples),
            "faces": len(faces),
            "labellers": [audit.as_record() for audit in audits],
        }
        with write_atomically(FLAGS.output) as path:
            path.write_text(json.dumps(record, indent=2) + "\n", "utf-8")


def _installed() -> list[str]:
    """The labellers that need nothing but what is installed, and EmoPy's seven if it is here."""
    from emotion.labelling import emopy

    seven = ["emopy7"] if emopy.seven_path().is_file() else []
    return ["fer", *seven, *(f"emopy:{subset}" for subset in emopy.SUBSETS)]


if __name__ == "__main__":
    driver.run(main)
