"""Trains an emotion classifier of EmoPy's architecture (thesis 3.5).

    python tools/train_emotion_labeller.py --input=fer2013.csv --output=out/labeller.keras
    python tools/train_emotion_labeller.py --input=faces --output=out/labeller.keras

--input is FER-2013's csv, or a folder with one folder of face crops an emotion. Beside NAME.keras
come NAME.json (accuracy and report by emotion on the test part), NAME_confusion.png and
NAME_loss.png. tools/label_emotions.py --labeller=out/labeller.keras uses the result.
"""

from tools import driver
from tools.flag_sets import output as output_flags
from tools.flag_sets import strategy as strategy_flags
from tools.flag_sets.numbers import define_integer, define_number

import pathlib

from absl import flags, logging

from stylegan_tf.errors import InputError
from stylegan_tf.outputs.output_file import OutputFile
from stylegan_tf.outputs.workspace import check_workspace

FLAGS = flags.FLAGS
flags.adopt_module_key_flags(output_flags)
flags.adopt_module_key_flags(strategy_flags)

flags.DEFINE_string("input", None, "FER-2013's csv, or a folder of labelled faces.", required=True)
flags.DEFINE_string("output", None, "The .keras file to write.", required=True)
flags.DEFINE_enum(
    "architecture", "emopy", ["emopy", "emopy7"], "Four small convolutions, or the large network."
)
define_integer("epochs", 30, "Epochs.", 1, 1_000_000)
define_integer("batch_size", 64, "Faces a step.", 1, 4096)
define_number("learning_rate", 1e-3, "Adam's learning rate.", 1e-8, 1)
define_number(
    "held_out_share", 0.15, "Of a folder: share of the faces to validate, and to test.", 0.01, 0.45
)
define_integer("seed", 0, "Of the weights, the split and the order.", 0, 2**32 - 1)

flags.register_validator("output", lambda path: path.endswith(".keras"), "must end in .keras")

_BESIDE = (".json", "_confusion.png", "_loss.png")


def main() -> None:
    """Reads the faces, trains, and says how good the result is."""
    source, path = pathlib.Path(FLAGS.input), pathlib.Path(FLAGS.output)
    if not source.exists():
        raise InputError(f"--input={source} does not exist")
    beside = [f"{path.stem}{end}" for end in _BESIDE]
    record = output_flags.make_record(ignored=["strategy"])
    output = OutputFile(path, record, overwrite=FLAGS.overwrite, beside=beside)
    if output.is_done():
        logging.info("%s is there already; --overwrite trains again", path)
        return
    check_workspace(path, record, overwrite=FLAGS.overwrite)

    replicas = strategy_flags.make_replicas()

    from tqdm import tqdm

    from emotion.labelling import training as labeller_training

    if source.is_dir():
        faces = labeller_training.read_face_folder(source, FLAGS.held_out_share, FLAGS.seed)
    else:
        faces = labeller_training.read_fer2013(source)
    settings = labeller_training.LabellerTraining(
        architecture=FLAGS.architecture,
        epochs=FLAGS.epochs,
        batch_size=FLAGS.batch_size,
        learning_rate=FLAGS.learning_rate,
        seed=FLAGS.seed,
    )
    with (
        strategy_flags.training(output, record, replicas) as (stage, work),
        tqdm(total=FLAGS.epochs, unit="epoch") as bar,
    ):
        report = labeller_training.train_labeller(
            faces,
            stage / path.name,
            settings,
            folder=work / "checkpoints",
            replicas=replicas,
            on_epoch=lambda epoch: bar.update(epoch - bar.n),
        )
    logging.info(
        "%s: %.1f %% of %d test faces right",
        path,
        100 * report["test_accuracy"],
        report["faces"]["test"],
    )


if __name__ == "__main__":
    driver.run(main)
