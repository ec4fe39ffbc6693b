"""Trains a coarse encoder, image to W+, on pairs drawn from the generator (thesis 2.6, 4.1).

    python tools/train_coarse_encoder.py --backbone=small --steps=20000 --output=out/coarse

In --output: encoder.npz for `tools/embed_images.py --method=coarse --encoder=…`, report.json with
the held-out error, log/ for TensorBoard, checkpoints/, record.json. It appears when training is
over; until then all that is in .NAME.work beside it. Run again, it goes on where it stopped.
"""

from tools import driver
from tools.flag_sets import network as network_flags
from tools.flag_sets import output as output_flags
from tools.flag_sets import strategy as strategy_flags
from tools.flag_sets.numbers import define_integer, define_number, require_power_of_two

from absl import flags, logging
from tqdm import tqdm

from stylegan_tf.errors import InputError
from stylegan_tf.outputs.record import Record
from stylegan_tf.outputs.whole_folder import WholeFolder
from stylegan_tf.outputs.workspace import check_workspace, hand_over

FLAGS = flags.FLAGS
flags.adopt_module_key_flags(network_flags)
flags.adopt_module_key_flags(output_flags)
flags.adopt_module_key_flags(strategy_flags)

flags.DEFINE_string("output", None, "The folder to write.", required=True)
flags.DEFINE_enum("backbone", "resnet50", ["resnet50", "small"], "The network that reads images.")
flags.DEFINE_enum("backbone_weights", "none", ["none", "imagenet"], "What a ResNet-50 starts from.")
define_integer("input_size", 256, "Side of images it reads, a power of 2.", 1, 4096)
require_power_of_two("input_size", 32)
define_integer("steps", 20_000, "Training steps.", 1, 100_000_000)
define_integer("batch_size", 8, "Pairs a step.", 1, 4096)
define_number("learning_rate", 1e-3, "Adam's at the start; it falls along a cosine.", 1e-9, 1)
define_number("mixing", 0.5, "Part of pairs that mix two codes.", 0, 1)
define_integer("validation_pairs", 32, "Held-out pairs.", 1, 100_000)
define_integer("validate_every", 500, "Steps between validations.", 1, 100_000_000)
define_integer("seed", 0, "Of weights and pairs.", 0, 2**32 - 1)


def main() -> None:
    """Trains, or goes on training."""
    network_flags.check()
    if FLAGS.backbone_weights == "imagenet" and FLAGS.backbone != "resnet50":
        raise InputError("--backbone_weights=imagenet is for --backbone=resnet50 only")
    record = output_flags.make_record(FLAGS.network, ignored=["strategy"])
    output = WholeFolder(FLAGS.output, record, overwrite=FLAGS.overwrite)
    if output.is_done():
        logging.info("%s is there already; --overwrite trains again", output.path)
        return
    check_workspace(output.path, record, overwrite=FLAGS.overwrite)
    train(output, record)


def train(output: WholeFolder, record: Record) -> None:
    """Loads the network, trains and says how good the encoder is."""
    replicas = strategy_flags.make_replicas()

    import keras

    from encoder.coarse.training import CoarseTraining, train_coarse_encoder

    keras.utils.set_random_seed(FLAGS.seed)
    options = CoarseTraining(
        backbone=FLAGS.backbone,
        backbone_weights=None if FLAGS.backbone_weights == "none" else FLAGS.backbone_weights,
        input_size=FLAGS.input_size,
        steps=FLAGS.steps,
        batch_size=FLAGS.batch_size,
        learning_rate=FLAGS.learning_rate,
        mixing=FLAGS.mixing,
        validation_pairs=FLAGS.validation_pairs,
        validate_every=FLAGS.validate_every,
        seed=FLAGS.seed,
    )
    generator = network_flags.load_generator()
    with strategy_flags.training(output, record, replicas) as (stage, work):
        with tqdm(total=FLAGS.steps, unit="step") as bar:

            def on_step(step: int) -> None:
                bar.update(step - bar.n)

            report = train_coarse_encoder(generator, work, options, on_step, replicas)
        hand_over(work, stage)
    logging.info(
        "%s: held-out error %.4f of W's variance, %.1f images a second",
        output.path / "encoder.npz",
        report["error"],
        report["images_per_second"],
    )


if __name__ == "__main__":
    driver.run(main)
