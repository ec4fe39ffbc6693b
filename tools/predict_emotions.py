"""Predicts an emotion sequence of any length with the LSTM (thesis 3.6).

    python tools/predict_emotions.py --start=calm --length=20 --seed=3 --output=out/sequence.csv

The file holds the start and the --length emotions predicted after it, for
tools/synthesize_video.py. --model=FILE takes a model of tools/train_emotion_lstm.py; the one that
ships was trained on made-up sequences (emotion/sequences/markov_chain.py), not on films.
"""

from tools import driver
from tools.flag_sets import output as output_flags
from tools.flag_sets.numbers import define_integer, define_number

import pathlib

from absl import flags, logging

from stylegan_tf.errors import InputError
from stylegan_tf.outputs.output_file import OutputFile

FLAGS = flags.FLAGS
flags.adopt_module_key_flags(output_flags)

flags.DEFINE_string("output", None, "The sequence file to write, .csv or .json.", required=True)
flags.DEFINE_string("model", "markov-chain", "A .keras file, or the model that ships.")
flags.DEFINE_list("start", ["calm"], "Emotions that the sequence starts with, or none.")
flags.DEFINE_string("input", None, "Label or sequence file (.csv, .json) to continue instead.")
define_integer("length", 12, "Emotions to predict.", 1, 1_000_000)
flags.DEFINE_enum("method", "sample", ["sample", "greedy", "top-k"], "How each next one is chosen.")
define_number("temperature", 1.0, "Below 1: likelier emotions; above: rarer.", 1e-3, 1000)
define_integer("top_k", 3, "With top-k: from how many to draw.", 1, 7)
flags.DEFINE_bool("self_transitions", False, "Let an emotion follow itself.")
define_integer("seed", 0, "The same seed draws the same sequence.", 0, 2**32 - 1)

flags.register_validator(
    "output", lambda path: path.endswith((".csv", ".json")), "must end in .csv or .json"
)


def main() -> None:
    """Checks the start, predicts and writes the sequence."""
    from emotion.emotion import Emotion
    from emotion.sequences.files import write_sequence
    from emotion.sequences.reading import read_changes
    from emotion.sequences.sequence import make_rows

    if FLAGS.model != "markov-chain" and not pathlib.Path(FLAGS.model).is_file():
        raise InputError(f"--model: {FLAGS.model} does not exist; give a .keras file")
    if FLAGS.input and FLAGS["start"].present:
        raise InputError("--input and --start both say how the sequence starts; give one of them")
    if FLAGS.input:
        start = read_changes(FLAGS.input)
    else:
        start = [Emotion.parse(name) for name in FLAGS.start]

    record = output_flags.make_record(not_inputs=["start"])
    output = OutputFile(FLAGS.output, record, overwrite=FLAGS.overwrite)
    if output.is_done():
        logging.info("%s is there already; --overwrite predicts again", output.path)
        return

    from emotion.sequences.model import EmotionSequenceModel

    model = EmotionSequenceModel.load(FLAGS.model)
    predicted = model.predict(
        start,
        FLAGS.length,
        method=FLAGS.method,
        temperature=FLAGS.temperature,
        top_k=FLAGS.top_k,
        self_transitions=FLAGS.self_transitions,
        seed=FLAGS.seed,
    )
    with output.making() as stage:
        write_sequence(stage / output.path.name, make_rows([*start, *predicted]))
    logging.info(
        "%s: %s", output.path, ", ".join(emotion.label for emotion in [*start, *predicted])
    )


if __name__ == "__main__":
    driver.run(main)
