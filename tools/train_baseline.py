r"""Trains a baseline of the comparison on clips (thesis 4.7).

Examples:
  python tools/train_baseline.py --model=mocogan --data=out/clips --output=out/mocogan
  python tools/train_baseline.py --model=tgan --size=128 --dataset=ucf101 \\
      --data=UCF-101 --split=trainlist01.txt --output=out/tgan
  python tools/train_baseline.py --model=dvdgan --frames=48 --batch_size=8 \\
      --options=width=16,critic_width=16 --data=out/clips --output=out/dvdgan
  python tools/train_baseline.py --model=pose_gan --data=out/poses --output=out/pose_gan

In --output: checkpoints/, log/ for TensorBoard, samples/ with a sheet of frames and a GIF of each
time, clips/ with the decoded clips, model.json. Run again, it goes on where it stopped. What is
not asked for is the original's; tools/generate_baseline.py makes clips of the result.
"""

from tools import driver
from tools.flag_sets import strategy as strategy_flags
from tools.flag_sets.numbers import define_integer

import pathlib
import shutil
from collections.abc import Callable
from typing import Any

from absl import flags, logging
from tqdm import tqdm

from stylegan_tf.errors import InputError
from stylegan_tf.files.json_files import read_own_json
from stylegan_tf.outputs.output_folder import check_folder

FLAGS = flags.FLAGS
flags.adopt_module_key_flags(strategy_flags)
MODELS = ("mocogan", "tgan", "vgan", "dvdgan", "pose_gan")

flags.DEFINE_enum("model", None, MODELS, "What to train.", required=True)
flags.DEFINE_string("data", None, "The folder of clips; pose_gan: pictures.", required=True)
flags.DEFINE_string("output", None, "The folder to write.", required=True)
flags.DEFINE_enum(
    "dataset",
    "mug",
    ["mug", "clips", "ucf101"],
    "How clips lie in --data: MUG's layout, LABEL/clip or clips alone, or UCF-101.",
)
flags.DEFINE_string("split", None, "A list of UCF-101's clips, such as trainlist01.txt.")
flags.DEFINE_enum("crop", "centre", ["centre", "face"], "What of the frames is shown.")
flags.DEFINE_string("clips", None, "Folder for decoded clips; several trainings may share it.")
define_integer("steps", None, "Training steps; the original's if not given.", 1, 100_000_000)
define_integer("size", None, "Side of the frames: 64, or 96 or 128 (tgan), 128 (dvdgan).", 1, 4096)
define_integer("frames", None, "Frames a clip (dvdgan).", 1, 10_000)
define_integer("batch_size", None, "Clips a step.", 1, 4096)
flags.DEFINE_list("options", [], "More of the model's options, as docs/baselines.md lists them.")
define_integer("log_every", 100, "Steps between entries of the log.", 1, 100_000_000)
define_integer("sample_every", 1000, "Steps between samples.", 1, 100_000_000)
define_integer("save_every", 1000, "Steps between checkpoints.", 1, 100_000_000)
define_integer("seed", 0, "Of weights, order and noise.", 0, 2**32 - 1)
flags.DEFINE_bool("overwrite", False, "Start over.")


def main() -> None:
    """Checks the flags, then trains."""
    data = pathlib.Path(FLAGS.data)
    if not data.is_dir():
        raise InputError(f"--data={data} is not a folder")
    check_folder(FLAGS.output)
    output = strategy_flags.own_folder(FLAGS.output)
    if FLAGS.split is not None and FLAGS.dataset != "ucf101":
        raise InputError("--split is for --dataset=ucf101")
    values = _option_values()
    written = (output / "model.json").is_file()
    if output.is_dir() and any(output.iterdir()) and not written:
        raise InputError(f"--output={output} holds files that no training wrote; give another")
    if written:
        description = read_own_json(output / "model.json", "the description of a training")
        if not {"model", "options", "classes", "data"} <= description.keys():
            raise InputError(f"{output / 'model.json'} describes no training; move it away")
    if FLAGS.overwrite and written:
        for name in ("checkpoints", "log", "samples"):
            shutil.rmtree(output / name, ignore_errors=True)
        (output / "model.json").unlink(missing_ok=True)
    train(data, output, values)


def _option_values() -> dict[str, str]:
    values: dict[str, str] = {}
    for text in FLAGS.options:
        name, equals, value = text.partition("=")
        if not equals or not value:
            raise InputError(f"--options: {text!r} is not NAME=VALUE")
        values[name.strip()] = value.strip()
    for name in ("size", "frames", "batch_size"):
        if FLAGS[name].value is not None:
            values[name] = str(FLAGS[name].value)
    return values


def train(data: pathlib.Path, output: pathlib.Path, values: dict[str, str]) -> None:
    """Reads the data and trains."""
    replicas = strategy_flags.make_replicas()

    import keras

    from stylegan_tf.training.replicas import explained
    from synthesis.baselines.models import MODELS, describe, make_options
    from synthesis.baselines.training_loop import Schedule
    from synthesis.baselines.training_loop import train as run

    options = make_options(FLAGS.model, values)
    if FLAGS.model == "pose_gan":
        classes: list[str] = []
        batches = _pose_batches(data, options)
    else:
        options, classes, batches = _clip_batches(data, output, options, values)
    told = {"dataset": FLAGS.dataset, "crop": FLAGS.crop, "seed": FLAGS.seed}
    describe(output, FLAGS.model, options, classes, told)
    model = MODELS[FLAGS.model]
    steps = FLAGS.steps or model.steps
    schedule = Schedule(steps, FLAGS.log_every, FLAGS.sample_every, FLAGS.save_every, FLAGS.seed)
    keras.utils.set_random_seed(FLAGS.seed)
    with explained(), tqdm(total=steps, unit="step") as bar:
        report = run(
            lambda: model.training(options),
            batches,
            output,
            schedule,
            replicas,
            lambda step: bar.update(step - bar.n),
        )
    logging.info("%s: %d steps, %.2f a second", output, steps, report["steps_per_second"])


def _clip_batches(
    data: pathlib.Path, output: pathlib.Path, options: Any, values: dict[str, str]
) -> tuple[Any, list[str], Callable]:
    import dataclasses
    import functools

    from synthesis.baselines.clip_batches import clip_batches
    from synthesis.baselines.clip_sets import read_clip_folder, read_mug_clips, read_ucf101
    from synthesis.baselines.clip_store import build_store

    if FLAGS.dataset == "mug":
        clips = read_mug_clips(data)
    elif FLAGS.dataset == "clips":
        clips = read_clip_folder(data)
    else:
        clips = read_ucf101(data, FLAGS.split)
    store = build_store(
        FLAGS.clips or output / "clips",
        clips,
        options.size,
        FLAGS.crop,
        lambda done, total: tqdm(done, "decoding", total, unit="clip"),
    )
    if "classes" in values:
        if options.classes not in (0, len(store.classes)):
            found = len(store.classes)
            raise InputError(f"classes={options.classes}, but {data} holds {found} of them")
    elif FLAGS.model in ("mocogan", "dvdgan"):
        # Clips without labels are all of one class to DVD-GAN, which cannot do without.
        least = 1 if FLAGS.model == "dvdgan" else 0
        options = dataclasses.replace(options, classes=max(len(store.classes), least))
    batches = functools.partial(
        clip_batches,
        store,
        options.window,
        options.clips_per_step,
        options.image_batch_size,
        FLAGS.seed,
    )
    return options, store.classes, batches


def _pose_batches(data: pathlib.Path, options: Any) -> Callable:
    import functools

    from synthesis.baselines.pose_gan.pose_pictures import PosePictures, pose_batches

    pictures = PosePictures.read(data, options.size)
    return functools.partial(pose_batches, pictures, options.batch_size, FLAGS.seed)


if __name__ == "__main__":
    driver.run(main)
