"""Makes clips with a trained baseline, for the eye and for the scores of table 1.

Examples:
  python tools/generate_baseline.py --training=out/mocogan --seeds=0-209 --output=out/mocogan-clips
  python tools/generate_baseline.py --training=out/mocogan --labels=happiness,fear --seeds=0-34 \\
      --format=frames --output=out/mocogan-clips

--training is the --output of tools/train_baseline.py. Under --output: seed0000.mp4 (or .gif, or a
folder of PNG frames), with --labels happiness-seed0000.mp4; sheet.png with the first eight clips.
Clips that are there already are left alone. pose_gan: a face that turns from −75° to 75°.
"""

import pathlib

from absl import flags, logging
from tqdm import tqdm

from stylegan_tf.errors import InputError
from tools import driver, flag_values

FLAGS = flags.FLAGS
_SUFFIXES = {"mp4": ".mp4", "gif": ".gif", "frames": ""}
_SHEET_CLIPS = 8

flags.DEFINE_string("training", None, "The folder of a training.", required=True)
flags.DEFINE_string("output", None, "The folder to write.", required=True)
flags.DEFINE_list("seeds", ["0-8"], "Seeds and ranges of them, such as 66,230 or 0-15.")
flags.DEFINE_list("labels", [], "Classes, each with all seeds; from the seed if none is given.")
flags.DEFINE_integer("frames", None, "Frames a clip, where the model leaves it open.", 1)
flags.DEFINE_enum("format", "mp4", list(_SUFFIXES), "What to write.")
flags.DEFINE_float("fps", 10.0, "Frames a second.", lower_bound=0.01)
flags.DEFINE_integer("batch_size", 8, "Clips a step of the network.", lower_bound=1)
flags.DEFINE_bool("overwrite", False, "Write clips again that are there.")


def main() -> None:
    """Makes what is not there yet."""
    seeds = flag_values.number_ranges("seeds", FLAGS.seeds)
    training, output = pathlib.Path(FLAGS.training), pathlib.Path(FLAGS.output)
    if not training.is_dir():
        raise InputError(f"--training={training} is not a folder")
    if output.exists() and not output.is_dir():
        raise InputError(f"--output={output} is a file; give a folder")
    suffix = _SUFFIXES[FLAGS.format]
    prefixes = [f"{label}-" for label in FLAGS.labels] or [""]
    targets = [
        (output / f"{prefix}seed{seed:04d}{suffix}", seed, number)
        for number, prefix in enumerate(prefixes)
        for seed in seeds
    ]
    wanted = [item for item in targets if FLAGS.overwrite or not item[0].exists()]
    if not wanted:
        print(f"all {len(targets)} are in {output} already; --overwrite writes them again")
        return
    generate(training, output, wanted)


def generate(training: pathlib.Path, output: pathlib.Path, wanted: list) -> None:
    """Loads the networks and writes clips of (path, seed, place in --labels)."""
    import numpy as np

    from encoder.images import write_image
    from synthesis.baselines.models import load_trained
    from synthesis.baselines.samples import sample_sheet, to_pixels
    from synthesis.video import write_video

    trained = load_trained(training)
    unknown = [label for label in FLAGS.labels if label not in trained.classes]
    if unknown or (FLAGS.labels and not trained.training.classes):
        known = ", ".join(trained.classes) if trained.training.classes else "none"
        raise InputError(f"{trained.model} has no class {FLAGS.labels[0]}; it has {known}")
    numbers = [trained.classes.index(label) for label in FLAGS.labels]
    shown = []
    with tqdm(total=len(wanted), unit="clip") as bar:
        for first in range(0, len(wanted), FLAGS.batch_size):
            part = wanted[first : first + FLAGS.batch_size]
            videos = to_pixels(
                trained.training.generate(
                    [seed for _, seed, _ in part],
                    [numbers[place] for _, _, place in part] if numbers else None,
                    FLAGS.frames,
                )
            )
            for (path, _, _), video in zip(part, videos, strict=True):
                write_video(path, video, FLAGS.fps)
                if len(shown) < _SHEET_CLIPS:
                    shown.append(video)
                bar.update()
    write_image(output / "sheet.png", sample_sheet(np.stack(shown)))
    logging.info("%d clips of step %d in %s", len(wanted), trained.step, output)


if __name__ == "__main__":
    driver.run(main)
