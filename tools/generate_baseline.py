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
from tools.flag_sets import runner as runner_flags
from tools.flag_sets.numbers import define_integer, define_number
from tools.flag_sets.seeds import number_ranges

import contextlib
import functools
import pathlib
from typing import TYPE_CHECKING

from absl import flags, logging
from tqdm import tqdm

from stylegan_tf.errors import InputError
from stylegan_tf.outputs.output_folder import OutputFolder
from stylegan_tf.outputs.url_folder import UrlFolder
from stylegan_tf.runners.runner import Files, make_files
from synthesis.baselines.training_folder import read_training

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    from synthesis.baselines.generation import WantedClip
    from synthesis.baselines.models import Trained

FLAGS = flags.FLAGS
flags.adopt_module_key_flags(output_flags)
flags.adopt_module_key_flags(runner_flags)
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
    training = pathlib.Path(FLAGS.training)
    if not training.is_dir():
        raise InputError(f"--training={training} is not a folder")
    checksum = read_training(training).checksum()
    record = output_flags.make_record(ignored=["seeds", "labels", "batch_size"])
    folder = output_flags.open_folder(record)
    prefixes = [f"{label}-" for label in FLAGS.labels] or [""]
    clips = [
        (f"{prefix}seed{seed:04d}", seed, number)
        for number, prefix in enumerate(prefixes)
        for seed in seeds
    ]
    left = [clip for clip in clips if not folder.is_done(clip[0], checksum)]
    if not left:
        logging.info(
            "all %d are in %s already; --overwrite writes them again", len(clips), folder.path
        )
        return
    generate(training, folder, left, checksum)


def generate(
    training: pathlib.Path,
    folder: OutputFolder | UrlFolder,
    wanted: list[tuple[str, int, int]],
    checksum: str,
) -> None:
    """Loads the networks and writes clips: their names, seeds and places in --labels."""
    import numpy as np

    from encoder.images import write_image
    from synthesis.baselines.generation import WantedClip
    from synthesis.baselines.samples import sample_sheet

    trained = load_training(str(training))
    unknown = [label for label in FLAGS.labels if label not in trained.classes]
    if unknown or (FLAGS.labels and not trained.training.classes):
        known = ", ".join(trained.classes) if trained.training.classes else "none"
        raise InputError(f"{trained.model} has no class {FLAGS.labels[0]}; it has {known}")
    numbers = [trained.classes.index(label) for label in FLAGS.labels]
    clips = [
        WantedClip(name, seed, numbers[place] if numbers else None) for name, seed, place in wanted
    ]
    batches = [clips[i : i + FLAGS.batch_size] for i in range(0, len(clips), FLAGS.batch_size)]
    runner = runner_flags.make_runner(otherwise=1, items=len(batches))
    make = runner_flags.in_worker("generate_baseline", "make_worker")
    shown: list[np.ndarray] = []
    with (
        folder.opened(),
        contextlib.closing(runner.map(make, batches)) as made,
        tqdm(total=len(clips), unit="clip") as bar,
    ):
        for batch, results in made:
            for clip, (files, video) in zip(batch, results, strict=True):
                folder.place(clip.name, files, checksum)
                if len(shown) < _SHEET_CLIPS:
                    shown.append(video)
                bar.update()
        with folder.making("sheet") as stage:
            write_image(stage / "sheet.png", sample_sheet(np.stack(shown)))
    logging.info("%d clips of step %d in %s", len(wanted), trained.step, folder.path)


@functools.cache
def load_training(folder: str) -> "Trained":
    """The networks, loaded once in each process: this one may be the only worker."""
    from synthesis.baselines.models import load_trained

    return load_trained(folder)


def make_worker() -> "Callable[[list[WantedClip]], list[tuple[Files, np.ndarray]]]":
    """What makes a batch of clips, their files and frames, with the networks loaded."""
    from synthesis.baselines.generation import generate_clips
    from synthesis.video.writing import write_video

    trained = load_training(FLAGS.training)
    suffix = _SUFFIXES[FLAGS.format]

    def write(name: str, video: "np.ndarray", folder: pathlib.Path) -> None:
        write_video(folder / name, video, FLAGS.fps)

    def make(batch: "list[WantedClip]") -> "list[tuple[Files, np.ndarray]]":
        results = []
        for clip, video in generate_clips(trained, batch, FLAGS.batch_size, FLAGS.frames):
            _, files = make_files(functools.partial(write, f"{clip.name}{suffix}", video))
            results.append((files, video))
        return results

    return make


if __name__ == "__main__":
    driver.run(main)
