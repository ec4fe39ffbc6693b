r"""Makes clips with a trained baseline, for the eye and for the scores of table 1.

Examples:
  python tools/generate_baseline.py --training=out/mocogan --seeds=0-209 --output=out/mocogan-clips
  python tools/generate_baseline.py --training=out/mocogan --labels=happiness,fear --seeds=0-34 \\
      --format=frames --output=out/mocogan-clips

--training is the --output of tools/train_baseline.py. Under --output: seed0000.mp4 (or .gif, or a
folder of PNG frames), with --labels happiness-seed0000.mp4; sheet.png with the first eight clips.
Clips that are there already are left alone. pose_gan: a face that turns from −75° to 75°.
"""

from tools import driver
from tools.flag_sets import output as output_flags
from tools.flag_sets.numbers import define_integer, define_number
from tools.flag_sets.seeds import number_ranges

import pathlib

from absl import flags, logging
from tqdm import tqdm

from stylegan_tf.errors import InputError
from stylegan_tf.outputs.output_folder import OutputFolder
from synthesis.baselines.training_folder import read_training

FLAGS = flags.FLAGS
flags.adopt_module_key_flags(output_flags)
_SUFFIXES = {"mp4": ".mp4", "gif": ".gif", "frames": ""}
_SHEET_CLIPS = 8

flags.DEFINE_string("training", None, "The folder of a training.", required=True)
flags.DEFINE_string("output", None, "The folder to write.", required=True)
flags.DEFINE_list("seeds", ["0-8"], "Seeds and ranges of them, such as 66,230 or 0-15.")
flags.DEFINE_list("labels", [], "Classes, each with all seeds; from the seed if none is given.")
define_integer("frames", None, "Frames a clip, where the model leaves it open.", 1, 10_000)
flags.DEFINE_enum("format", "mp4", list(_SUFFIXES), "What to write.")
define_number("fps", 10.0, "Frames a second.", 0.01, 1000)
define_integer("batch_size", 8, "Clips a step of the network.", 1, 4096)


def main() -> None:
    """Makes what is not there yet."""
    seeds = number_ranges("seeds", FLAGS.seeds)
    training, output = pathlib.Path(FLAGS.training), pathlib.Path(FLAGS.output)
    if not training.is_dir():
        raise InputError(f"--training={training} is not a folder")
    checksum = read_training(training).checksum()
    record = output_flags.make_record(ignored=["seeds", "labels", "batch_size"])
    folder = OutputFolder(output, record, overwrite=FLAGS.overwrite)
    suffix = _SUFFIXES[FLAGS.format]
    prefixes = [f"{label}-" for label in FLAGS.labels] or [""]
    clips = [
        (f"{prefix}seed{seed:04d}", seed, number)
        for number, prefix in enumerate(prefixes)
        for seed in seeds
    ]
    left = [clip for clip in clips if not folder.is_done(clip[0], checksum)]
    if not left:
        logging.info("all %d are in %s already; --overwrite writes them again", len(clips), output)
        return
    generate(training, folder, left, checksum, suffix)


def generate(
    training: pathlib.Path,
    folder: OutputFolder,
    wanted: list[tuple[str, int, int]],
    checksum: str,
    suffix: str,
) -> None:
    """Loads the networks and writes clips: their names, seeds and places in --labels."""
    import numpy as np

    from encoder.images import write_image
    from synthesis.baselines.generation import WantedClip, generate_clips
    from synthesis.baselines.models import load_trained
    from synthesis.baselines.samples import sample_sheet
    from synthesis.video.writing import write_video

    trained = load_trained(training)
    unknown = [label for label in FLAGS.labels if label not in trained.classes]
    if unknown or (FLAGS.labels and not trained.training.classes):
        known = ", ".join(trained.classes) if trained.training.classes else "none"
        raise InputError(f"{trained.model} has no class {FLAGS.labels[0]}; it has {known}")
    numbers = [trained.classes.index(label) for label in FLAGS.labels]
    clips = [
        WantedClip(name, seed, numbers[place] if numbers else None) for name, seed, place in wanted
    ]
    shown: list[np.ndarray] = []
    with folder.opened():
        made = generate_clips(trained, clips, FLAGS.batch_size, FLAGS.frames)
        for clip, video in tqdm(made, total=len(clips), unit="clip"):
            with folder.making(clip.name, checksum) as stage:
                write_video(stage / f"{clip.name}{suffix}", video, FLAGS.fps)
            if len(shown) < _SHEET_CLIPS:
                shown.append(video)
        with folder.making("sheet") as stage:
            write_image(stage / "sheet.png", sample_sheet(np.stack(shown)))
    logging.info("%d clips of step %d in %s", len(wanted), trained.step, folder.path)


if __name__ == "__main__":
    driver.run(main)
