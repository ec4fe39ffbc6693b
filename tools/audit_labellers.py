"""Says how well the emotion labellers read photographs of posed expressions.

    python tools/audit_labellers.py --labellers=fer,emopy:0256 --output=out/labellers.json

The photographs are the 101 that come with the installed package EmoPy; each is aligned and cropped
as everywhere in this project. Prints, for each labeller, how many it reads rightly and its
confusion matrix.
"""

from tools import driver
from tools.flag_sets import detection as detection_flags
from tools.flag_sets import output as output_flags

from absl import flags, logging

from encoder.datasets.emopy_photographs import read_emopy_photographs
from stylegan_tf.errors import InputError
from stylegan_tf.files.json_files import write_json
from stylegan_tf.outputs.output_file import OutputFile

FLAGS = flags.FLAGS
for module in (detection_flags, output_flags):
    flags.adopt_module_key_flags(module)

flags.DEFINE_list(
    "labellers", None, "What label_emotions takes; unset: every one whose files are here."
)
flags.DEFINE_string("output", None, "A JSON file to write.")


def main() -> None:
    """Has every labeller read every photograph."""
    if FLAGS.output is not None and not FLAGS.output.endswith(".json"):
        raise InputError(f"--output={FLAGS.output} must end in .json")
    if FLAGS.labellers is not None and not FLAGS.labellers:
        raise InputError("--labellers is empty; name one, or leave the flag away")
    samples = read_emopy_photographs()
    output = None
    if FLAGS.output is not None:
        output = OutputFile(FLAGS.output, output_flags.make_record(), overwrite=FLAGS.overwrite)
        if output.is_done():
            logging.info("%s is there already; --overwrite audits again", output.path)
            return

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
    if output is not None:
        result = {
            "photographs": len(samples),
            "faces": len(faces),
            "labellers": [audit.as_record() for audit in audits],
        }
        with output.making() as stage:
            write_json(stage / output.path.name, result)


def _installed() -> list[str]:
    """The labellers that need nothing but what is installed, and EmoPy's seven if it is here."""
    from emotion.labelling import emopy

    seven = ["emopy7"] if emopy.seven_path().is_file() else []
    return ["fer", *seven, *(f"emopy:{subset}" for subset in emopy.SUBSETS)]


if __name__ == "__main__":
    driver.run(main)
