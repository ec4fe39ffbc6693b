"""Trains a coarse encoder, image to W+, on pairs drawn from the generator (thesis 2.6, 4.1).

    python tools/train_coarse_encoder.py --backbone=small --steps=20000 --output=out/coarse

In --output: encoder.npz for `tools/embed_images.py --method=coarse --encoder=…`, report.json with
the held-out error, log/ for TensorBoard, checkpoints/. Run again, it goes on where it stopped.
"""

import json
import pathlib
import shutil

from absl import flags, logging
from tqdm import tqdm

from stylegan_tf.errors import InputError
from stylegan_tf.files import write_atomically
from tools import driver
from tools.flag_sets import values as flag_values

FLAGS = flags.FLAGS

flags.DEFINE_string(
    "network", flag_values.SHIPPED_NETWORKS[0], "A network pickle, or the name of one that ships."
)
flags.DEFINE_string("output", None, "The folder to write.", required=True)
flags.DEFINE_enum("backbone", "resnet50", ["resnet50", "small"], "The network that reads images.")
flags.DEFINE_enum("backbone_weights", "none", ["none", "imagenet"], "What a ResNet-50 starts from.")
flags.DEFINE_integer("input_size", 256, "Side of images it reads, a power of 2.")
flag_values.require_power_of_two("input_size", 32)
flags.DEFINE_integer("steps", 20_000, "Training steps.", lower_bound=1)
flags.DEFINE_integer("batch_size", 8, "Pairs a step.", lower_bound=1)
flags.DEFINE_float("learning_rate", 1e-3, "Adam's at the start; it falls along a cosine.", 0)
flags.DEFINE_float("mixing", 0.5, "Part of pairs that mix two codes.", 0, 1)
flags.DEFINE_integer("validation_pairs", 32, "Held-out pairs.", lower_bound=1)
flags.DEFINE_integer("validate_every", 500, "Steps between validations.", lower_bound=1)
flags.DEFINE_integer("seed", 0, "Of weights and pairs.", lower_bound=0)
flags.DEFINE_bool("overwrite", False, "Start over.")


def main() -> None:
    """Trains, or goes on training."""
    flag_values.check_network(FLAGS.network)
    if FLAGS.backbone_weights == "imagenet" and FLAGS.backbone != "resnet50":
        raise InputError("--backbone_weights=imagenet is for --backbone=resnet50 only")
    output = pathlib.Path(FLAGS.output)
    if output.exists() and not output.is_dir():
        raise InputError(f"--output={output} is a file; give a folder")
    record = output / "training.json"
    if record.exists() and not FLAGS.overwrite:
        changed = flag_values.changed_flags(record)
        if changed:
            raise InputError(
                f"{output} was made with another --{', --'.join(changed)}; give another --output, "
                "or --overwrite"
            )
    elif record.exists():
        for folder in ("checkpoints", "log"):
            shutil.rmtree(output / folder, ignore_errors=True)
        record.unlink()
    train(output, record)


def train(output: pathlib.Path, record: pathlib.Path) -> None:
    """Loads the network, trains and says how good the encoder is."""
    import keras

    from encoder.coarse.training import CoarseTraining, train_coarse_encoder
    from stylegan_tf import load_networks

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
    generator = load_networks(FLAGS.network).Gs
    with write_atomically(record) as temporary:
        run = flag_values.describe_run(FLAGS.network)
        temporary.write_text(json.dumps(run, indent=2) + "\n", "utf-8")
    with tqdm(total=FLAGS.steps, unit="step") as bar:

        def on_step(step: int) -> None:
            bar.update(step - bar.n)

        report = train_coarse_encoder(generator, output, options, on_step)
    logging.info(
        "%s: held-out error %.4f of W's variance, %.1f images a second",
        output / "encoder.npz",
        report["error"],
        report["images_per_second"],
    )


if __name__ == "__main__":
    driver.run(main)
