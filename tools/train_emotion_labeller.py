"""Trains an emotion classifier of EmoPy's architecture (thesis 3.5).

    python tools/train_emotion_labeller.py --input=fer2013.csv --output=out/labeller.keras
    python tools/train_emotion_labeller.py --input=faces --output=out/labeller.keras

--input is FER-2013's csv, or a folder with one folder of face crops an emotion. Beside NAME.keras
come NAME.json (accuracy and report by emotion on the test part), NAME_confusion.png and
NAME_loss.png. tools/label_emotions.py --labeller=out/labeller.keras uses the result.
"""

import pathlib

from absl import flags, logging

from stylegan_tf.errors import InputError
from tools import driver

FLAGS = flags.FLAGS

flags.DEFINE_string("input", None, "FER-2013's csv, or a folder of labelled faces.", required=True)
flags.DEFINE_string("output", None, "The .keras file to write.", required=True)
flags.DEFINE_enum(
    "architecture", "emopy", ["emopy", "emopy7"], "Four small convolutions, or the large network."
)
flags.DEFINE_integer("epochs", 30, "Epochs.", lower_bound=1)
flags.DEFINE_integer("batch_size", 64, "Faces a step.", lower_bound=1)
flags.DEFINE_float("learning_rate", 1e-3, "Adam's learning rate.", lower_bound=1e-8)
flags.DEFINE_float(
    "held_out_share",
    0.15,
    "Of a folder: share of the faces to validate, and to test.",
    lower_bound=0.01,
    upper_bound=0.45,
)
flags.DEFINE_integer("seed", 0, "Of the weights, the split and the order.", lower_bound=0)
flags.DEFINE_bool("overwrite", False, "Train again although --output exists.")

flags.register_validator("output", lambda path: path.endswith(".keras"), "must end in .keras")


def main() -> None:
    """Reads the faces, trains, and says how good the result is."""
    source, output = pathlib.Path(FLAGS.input), pathlib.Path(FLAGS.output)
    if not source.exists():
        raise InputError(f"--input={source} does not exist")
    if output.exists() and not FLAGS.overwrite:
        logging.info("%s is there already; --overwrite trains again", output)
        return

    import keras
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
    with tqdm(total=FLAGS.epochs, unit="epoch") as bar:
        advance = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: bar.update())
        report = labeller_training.train_labeller(faces, output, settings, [advance])
    logging.info(
        "%s: %.1f %% of %d test faces right",
        output,
        100 * report["test_accuracy"],
        report["faces"]["test"],
    )


if __name__ == "__main__":
    driver.run(main)
