"""Trains the LSTM that predicts emotion sequences (thesis 3.6).

From the labels of your own clips, one file each (see tools/label_emotions.py):

    python tools/train_emotion_lstm.py --input=out/labels --output=out/emotion_lstm.keras

The model that ships, from sequences drawn from the example chain
(emotion/sequences/markov_chain.py):

    python tools/train_emotion_lstm.py --input=markov-chain --output=out/emotion_lstm.keras

Beside NAME.keras come NAME.json (accuracy, perplexity, report by emotion, losses) and three
figures: losses, predicted against true sequence, transitions.
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

flags.DEFINE_list(
    "input",
    None,
    "Label files or sequence files (.csv, .json), one a clip, or folders of them; or markov-chain.",
    required=True,
)
flags.DEFINE_string("output", None, "The .keras file to write.", required=True)
define_integer("clips", 6000, "With markov-chain: sequences to draw.", 2, 100_000_000)
define_integer("clip_length", 40, "With markov-chain: emotions a sequence.", 3, 10_000)
define_integer(
    "smoothing_window", 1, "Odd number of frames for a majority vote; 1 is off.", 1, 100_000
)
define_integer("minimum_dwell", 1, "Frames that an emotion must last to count.", 1, 100_000)
define_integer("window", 8, "Emotions that the model looks back on.", 1, 1000)
define_integer("units", 32, "Width of each of the four LSTM layers.", 1, 4096)
define_number("dropout", 0.1, "Dropout on each layer.", 0, 0.99)
define_integer("epochs", 12, "Epochs.", 1, 1_000_000)
define_integer("batch_size", 256, "Windows a step.", 1, 4096)
define_number("learning_rate", 5e-3, "Adam's learning rate at the start.", 1e-8, 1)
define_number("validation_share", 0.1, "Share of the clips to validate on.", 0.01, 0.9)
define_integer(
    "seed", 0, "Of the weights, the split, the order and the drawn sequences.", 0, 2**32 - 1
)

flags.register_validator("output", lambda path: path.endswith(".keras"), "must end in .keras")
flags.register_validator("smoothing_window", lambda frames: frames % 2 == 1, "must be odd")

_BESIDE = (".json", "_loss.png", "_sequence.png", "_transitions.png")


def main() -> None:
    """Checks the input, trains, and says how good the result is."""
    draws = FLAGS.input == ["markov-chain"]
    if not draws:
        for path in FLAGS.input:
            if not pathlib.Path(path).exists():
                raise InputError(
                    f"{path} does not exist; --input takes files, folders or markov-chain"
                )

    path = pathlib.Path(FLAGS.output)
    beside = [f"{path.stem}{end}" for end in _BESIDE]
    record = output_flags.make_record(ignored=["strategy"])
    output = OutputFile(path, record, overwrite=FLAGS.overwrite, beside=beside)
    if output.is_done():
        logging.info("%s is there already; --overwrite trains again", path)
        return
    check_workspace(path, record, overwrite=FLAGS.overwrite)

    replicas = strategy_flags.make_replicas()

    from tqdm import tqdm

    from emotion.sequences.markov_chain import example_chain
    from emotion.sequences.reading import find_sequence_files, read_clips
    from emotion.sequences.training import SequenceTraining, train_sequence_model

    chain = None
    if draws:
        chain = example_chain()
        clips = chain.sample(FLAGS.clips, FLAGS.clip_length, FLAGS.seed)
    else:
        paths = find_sequence_files(FLAGS.input)
        clips = read_clips(paths, FLAGS.smoothing_window, FLAGS.minimum_dwell)
    settings = SequenceTraining(
        window=FLAGS.window,
        units=FLAGS.units,
        dropout=FLAGS.dropout,
        epochs=FLAGS.epochs,
        batch_size=FLAGS.batch_size,
        learning_rate=FLAGS.learning_rate,
        validation_share=FLAGS.validation_share,
        seed=FLAGS.seed,
    )
    with (
        strategy_flags.training(output, record, replicas) as (stage, work),
        tqdm(total=FLAGS.epochs, unit="epoch") as bar,
    ):
        report = train_sequence_model(
            clips,
            stage / path.name,
            settings,
            chain,
            folder=work / "checkpoints",
            replicas=replicas,
            on_epoch=lambda epoch: bar.update(epoch - bar.n),
        )
    held_out = report["validation"]
    logging.info(
        "%s: held-out clips: accuracy %.3f, perplexity %.2f",
        path,
        held_out["accuracy"],
        held_out["perplexity"],
    )
    if draws:
        logging.info(
            "fresh sequences: accuracy %.4f, %.1f %% of the best possible %.4f; perplexity %.3f, "
            "best possible %.3f",
            report["chain"]["accuracy"],
            100 * report["chain"]["share_of_best_accuracy"],
            report["chain"]["best_accuracy"],
            report["chain"]["perplexity"],
            report["chain"]["best_perplexity"],
        )


if __name__ == "__main__":
    driver.run(main)
