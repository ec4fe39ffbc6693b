"""Learns emotion directions from latent codes of labelled faces (thesis 3.2 and 4.4).

From embedded photographs, NAME.npy in a folder and a CSV with the columns name, subject, emotion:

    python tools/train_directions.py --latents=out/latents --labels=out/labels.csv \
        --output=out/directions

From random faces of a generator, read by a classifier (no photographs needed):

    python tools/train_directions.py --seeds=0-1999 --labeller=fer --output=out/directions

Writes EMOTION.npy, (L, 512), of a length for which coefficient 8 is right, and report.json:
accuracy on held-out people, lengths, counts, cosines between directions.
"""

import pathlib

from absl import flags, logging

from stylegan_tf.errors import InputError
from tools import driver
from tools.flag_sets import values as flag_values

FLAGS = flags.FLAGS

flags.DEFINE_string("output", None, "Folder for the directions.", required=True)
flags.DEFINE_string("latents", None, "Folder of NAME.npy.")
flags.DEFINE_string("labels", None, "CSV with the columns name, subject, emotion.")
flags.DEFINE_list("seeds", None, "Random faces instead, such as 0-1999 or 1,5,7.")
flags.DEFINE_string(
    "network",
    flag_values.SHIPPED_NETWORKS[0],
    "With --seeds: a network pickle, or the name of one that ships.",
)
flags.DEFINE_string("labeller", "fer", "With --seeds: what reads the faces.")
flags.DEFINE_float(
    "minimum_confidence",
    0.0,
    "With --seeds: leave out faces that the classifier is less sure of.",
    lower_bound=0,
    upper_bound=1,
)
flags.DEFINE_float("truncation_psi", 1.0, "With --seeds: 1 as drawn, 0 the average face.")
flags.DEFINE_integer("batch_size", 4, "With --seeds: faces at a time.", lower_bound=1)
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
flags.DEFINE_float("regularisation", 0.01, "C of the logistic regression.", lower_bound=1e-9)
flags.DEFINE_integer("folds", 5, "Of the cross-validation by subject.", lower_bound=2)
flags.DEFINE_bool("conditional", False, "Keep each direction orthogonal to the other emotions'.")
flags.DEFINE_list("remove", [], "Direction files that the new ones shall not move along.")
flags.DEFINE_bool("per_layer", False, "Also report how well each layer alone does.")
flags.DEFINE_bool("overwrite", False, "Learn again although --output has directions.")


def main() -> None:
    """Checks the flags, reads or draws the codes, learns and reports."""
    output = pathlib.Path(FLAGS.output)
    if (output / "report.json").exists() and not FLAGS.overwrite:
        logging.info("%s has directions already; --overwrite learns them again", output)
        return
    seeds = _parse_ranges("seeds", FLAGS.seeds or [])
    layers = _parse_ranges("layers", [FLAGS.layers] if FLAGS.layers else [])
    if bool(seeds) == bool(FLAGS.latents or FLAGS.labels):
        raise InputError("give either --latents and --labels, or --seeds")
    if seeds:
        flag_values.check_network(FLAGS.network)
    else:
        _check_files()

    from emotion.directions.files import load_direction, save_directions
    from emotion.directions.fit import fit_directions, layer_accuracies
    from emotion.directions.labelled_latents import read_labelled_latents
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
    folder, labels = FLAGS.latents, FLAGS.labels
    if seeds:
        folder = output / "sampled"
        labels = folder / LABELS_FILE
        _sample(seeds, folder)
    data = read_labelled_latents(folder, labels, FLAGS.minimum_confidence if seeds else 0)
    num_layers = data.latents.shape[1]
    remove = [load_direction(path, num_layers) for path in FLAGS.remove]
    arrays = (data.latents, data.emotions, data.subjects)
    found = fit_directions(*arrays, options, remove)
    if FLAGS.per_layer:
        accuracies = layer_accuracies(*arrays, options)
        for emotion, by_layer in accuracies.items():
            found.report["emotions"][emotion.label]["layer_accuracies"] = by_layer
    save_directions(output, found)
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


def _check_files() -> None:
    if not FLAGS.latents or not pathlib.Path(FLAGS.latents).is_dir():
        raise InputError(f"--latents={FLAGS.latents} is not a folder")
    if not FLAGS.labels or not pathlib.Path(FLAGS.labels).is_file():
        raise InputError(f"--labels={FLAGS.labels} is not a file")
    if FLAGS.minimum_confidence:
        raise InputError("--minimum_confidence goes with --seeds")


def _sample(seeds: list[int], folder: pathlib.Path) -> None:
    from tqdm import tqdm

    import stylegan_tf
    from emotion.directions.labelled_latents import sample_labelled_latents
    from emotion.labelling.registry import load_labeller

    labeller = load_labeller(FLAGS.labeller)
    generator = stylegan_tf.load_networks(FLAGS.network).Gs
    with tqdm(total=len(seeds), unit="face") as bar:
        sample_labelled_latents(
            generator, labeller, seeds, folder, FLAGS.truncation_psi, FLAGS.batch_size, bar.update
        )


def _parse_ranges(flag: str, parts: list[str]) -> list[int]:
    numbers = []
    for part in parts:
        first, dash, last = part.strip().partition("-")
        if not first.isdecimal() or (dash and not last.isdecimal()):
            raise InputError(f"--{flag}: {part!r} is neither a number nor a range such as 0-7")
        numbers += range(int(first), int(last if dash else first) + 1)
        if dash and int(last) < int(first):
            raise InputError(f"--{flag}: the range {part!r} runs backwards")
    return numbers


if __name__ == "__main__":
    driver.run(main)
