r"""Makes the thesis' tables 1 and 2 anew (thesis 4.8).

    python tools/reproduce_tables.py --table=1 --quick --output=out/table1
    python tools/reproduce_tables.py --table=1 --network=karras2019stylegan-ffhq-1024x1024.pkl \
        --directions=out/directions --mug=subjects3 --tgan=out/tgan --mocogan=out/mocogan \
        --output=out/table1
    python tools/reproduce_tables.py --table=2 --study=out/study --output=out/table2

Table 1: 210 videos (35 random faces × 6 expressions) in OUTPUT/ours, as many clips of each
baseline that you have trained, and a reference: MUG's own clips, or rendered ones without --mug.
All are scored alike, with both pairings, and shown beside the published numbers: table1.json,
table1.txt, and clips.png with frames of each. What is there already is not made again. --quick
takes 3 faces at 256×256 and HOG.

Table 2: what people have answered in a study of tools/preference_study.py: table2.json, table2.png.
"""

from tools import driver
from tools.flag_sets import baselines as baseline_flags
from tools.flag_sets import coefficient as coefficient_flags
from tools.flag_sets import descriptors as descriptor_flags
from tools.flag_sets import detection as detection_flags
from tools.flag_sets import directions as direction_flags
from tools.flag_sets import mask as mask_flags
from tools.flag_sets import network as network_flags
from tools.flag_sets import output as output_flags
from tools.flag_sets import truncation
from tools.flag_sets import workers as worker_flags
from tools.flag_sets.numbers import define_integer

import pathlib

from absl import flags, logging
from tqdm import tqdm

from emotion.directions import files as direction_files
from encoder.descriptors import DescriptorOptions
from encoder.faces.landmarks import CLOSE_UP_DETECTION_SIZE
from encoder.images import resize_image, write_image
from encoder.rendered_faces import clips as rendered
from stylegan_tf.errors import InputError
from stylegan_tf.files.json_files import write_json
from stylegan_tf.files.whole_files import write_atomically
from stylegan_tf.outputs.output_folder import OutputFolder, check_folder
from stylegan_tf.runners.local_runner import LocalRunner
from synthesis.baselines.clip_sets import read_mug_clips
from synthesis.baselines.training_folder import TrainingFolder, read_training
from synthesis.masks import LayerMask
from synthesis.reproduction.expression_videos import (
    EXPRESSIONS,
    FACES,
    expression_videos,
    video_frames,
)
from synthesis.reproduction.table1 import (
    PERSONS,
    ClipSet,
    describe_persons,
    draw_clips,
    score_rows,
    table_text,
)
from synthesis.scores.description_job import describe_clips

FLAGS = flags.FLAGS
for module in (
    baseline_flags,
    coefficient_flags,
    descriptor_flags,
    detection_flags,
    direction_flags,
    mask_flags,
    network_flags,
    output_flags,
    truncation,
    worker_flags,
):
    flags.adopt_module_key_flags(module)
FLAGS.set_default("detection_size", CLOSE_UP_DETECTION_SIZE)
FLAGS.set_default("pairing", ["consecutive", "all"])

flags.DEFINE_enum("table", None, ["1", "2"], "Which.", required=True)
flags.DEFINE_string("output", None, "The folder to write.", required=True)
flags.DEFINE_bool("quick", False, "Table 1: 3 faces, size 256 and HOG, unless given otherwise.")
define_integer("faces", FACES, "Table 1: random faces, seeds 0 upwards.", 2, 100000)
define_integer(
    "size", None, "Table 1: side of ours, a power of 2; the network's if unset.", 64, 1024
)
flags.DEFINE_string("mug", None, "Table 1: MUG, for the reference; rendered clips without it.")
define_integer("batch_size", 4, "Table 1: frames or clips a step.", 1, 10000)
flags.DEFINE_string("study", None, "Table 2: the folder of tools/preference_study.py.")

_QUICK = {"faces": 3, "size": 256, "detector": "hog"}
_CLIP_FRAMES, _CLIP_SIZE = 40, 96  # of the rendered reference, see tools/render_clips.py
# What a model's clips do not depend on.
_OF_SCORES = ("detector", "detection_size", "extractor", "openface_alignment", "openface_model")
_ELSEWHERE = ("batch_size", "faces", "mug", "pairing", "quick", "study", "table", "vgg_weights")


def main() -> None:
    """Checks the flags and makes the table."""
    folder = check_folder(FLAGS.output)
    if FLAGS.table == "2":
        if FLAGS.study is None:
            raise InputError("table 2 needs --study, a folder of tools/preference_study.py")
        make_table2(folder)
        return
    network_flags.check()
    direction_files.check_directions(FLAGS.directions, list(EXPRESSIONS))
    LayerMask(FLAGS.mask)
    if FLAGS.size is not None and FLAGS.size & (FLAGS.size - 1):
        raise InputError(f"--size={FLAGS.size} is not a power of 2")
    descriptor_flags.check_pairings()
    options = descriptor_flags.descriptor_options()
    for name, value in _QUICK.items():
        if FLAGS.quick and not FLAGS[name].present:
            FLAGS[name].value = value
    if FLAGS.mug is not None:
        read_mug_clips(FLAGS.mug)
    trainings = baseline_flags.trainings()
    sets = [make_reference(folder), make_ours(folder)]
    for flag, path in trainings.items():
        sets.append(make_baseline(folder, flag, read_training(path)))
    make_table1(folder, sets, options)


def make_ours(folder: pathlib.Path) -> ClipSet:
    """The thesis' videos: every face with every expression."""
    from emotion.emotion import Emotion

    ignored = [*_OF_SCORES, *_ELSEWHERE, *baseline_flags.NAMES]
    record = output_flags.make_record(FLAGS.network, ignored=ignored)
    output = OutputFolder(folder / "ours", record, overwrite=FLAGS.overwrite)
    videos = expression_videos(range(FLAGS.faces))
    left = [video for video in videos if not output.is_done(video.name)]
    if left:
        from encoder.embedding.low_resolution import low_resolution_generator
        from synthesis.video.writing import write_video

        generator = network_flags.load_generator()
        directions = direction_files.load_directions(
            FLAGS.directions, list(Emotion)[1:], generator.num_layers
        )
        side = min(FLAGS.size or generator.resolution, generator.resolution)
        if generator.synthesis.architecture == "skip" and side < generator.resolution:
            generator = low_resolution_generator(generator, side)  # saves the work above
            directions = {e: d[: generator.num_layers] for e, d in directions.items()}
        mask = LayerMask(FLAGS.mask)
        with output.opened():
            for video in tqdm(left, "ours", unit="video"):
                frames = video_frames(
                    generator,
                    video,
                    directions,
                    FLAGS.truncation_psi,
                    mask,
                    FLAGS.coefficient,
                    FLAGS.batch_size,
                )
                resized = (resize_image(frame, side, side) for frame in frames)
                with output.making(video.name) as stage:
                    write_video(stage / f"{video.name}.mp4", resized)
    clips = tuple(output.path / f"{video.name}.mp4" for video in videos)
    side = "" if FLAGS.size is None else f", {FLAGS.size}×{FLAGS.size}"
    network = pathlib.Path(FLAGS.network).name
    told = f"{len(clips)} videos: {FLAGS.faces} random faces of {network} × 6 expressions{side}"
    return ClipSet("ours", told, clips)


def make_baseline(folder: pathlib.Path, flag: str, training: TrainingFolder) -> ClipSet:
    """As many clips of a baseline: of each seed all its classes, or as many seeds."""
    record = output_flags.make_record(
        ignored=[name for name in output_flags.own_flags() if name != flag]
    )
    output = OutputFolder(folder / flag, record, overwrite=FLAGS.overwrite)
    checksum, count = training.checksum(), FLAGS.faces * len(EXPRESSIONS)
    names = {f"seed{seed:04d}": seed for seed in range(count)}
    left = [name for name in names if not output.is_done(name, checksum)]
    if left:
        from synthesis.baselines.generation import WantedClip, generate_clips
        from synthesis.baselines.models import load_trained
        from synthesis.video.writing import write_video

        trained = load_trained(training.path)
        classes = len(trained.classes) if trained.training.classes else 0
        wanted = [
            WantedClip(name, names[name] // classes, names[name] % classes)
            if classes
            else WantedClip(name, names[name])
            for name in left
        ]
        made = generate_clips(trained, wanted, FLAGS.batch_size)
        with output.opened():
            for clip, video in tqdm(made, flag, len(wanted), unit="clip"):
                with output.making(clip.name, checksum) as stage:
                    write_video(stage / clip.name, video)
    size = training.options.get("size", 64)
    told = f"{count} clips of {size}×{size} after {training.step} steps of training"
    clips = tuple(output.path / name for name in names)
    return ClipSet(baseline_flags.NAMES[flag], told, clips)


def make_reference(folder: pathlib.Path) -> ClipSet:
    """Real clips, evenly taken from MUG, or rendered ones; neither is generated by a network."""
    count = FLAGS.faces * len(EXPRESSIONS)
    if FLAGS.mug is not None:
        takes = [clip for clip in read_mug_clips(FLAGS.mug) if clip.label != "calm"]
        takes = takes[:: max(1, len(takes) // count)][:count]
        folders = tuple(clip.frames[0].parent for clip in takes if isinstance(clip.frames, tuple))
        return ClipSet("reference", f"{len(folders)} real clips of MUG", folders)
    ignored = output_flags.own_flags()
    output = OutputFolder(
        folder / "reference", output_flags.make_record(ignored=ignored), overwrite=FLAGS.overwrite
    )
    clips = rendered.rendered_clips(FLAGS.faces)
    left = [clip for clip in clips if not output.is_done(clip.name)]
    if left:
        made = rendered.render_clips(left, _CLIP_FRAMES, _CLIP_SIZE, worker_flags.count())
        with output.opened():
            for clip, frames in tqdm(made, "reference", len(left), unit="clip"):
                with output.making(clip.name) as stage:
                    rendered.write_take(stage / clip.name, frames)
    told = f"{len(clips)} rendered clips in the place of MUG's, {FLAGS.faces} persons"
    return ClipSet("reference", told, tuple(output.path / clip.name for clip in clips))


def make_table1(
    folder: pathlib.Path, sets: list[ClipSet], options: list[DescriptorOptions]
) -> None:
    """Scores all clips, prints the table and writes it."""
    clips = [clip for one in sets for clip in one.clips]
    with tqdm(total=len(clips), desc="scoring", unit="clip") as bar:
        descriptions = describe_clips(
            clips,
            options,
            detector=FLAGS.detector,
            detection_size=FLAGS.detection_size,
            folder=folder / "descriptions",
            runner=LocalRunner(worker_flags.count()),
            on_clip=bar.update,
        )
    write_image(folder / "clips.png", draw_clips(sets))
    ours = next(one for one in sets if one.name == "ours")
    firsts = [descriptions[str(clip)] for clip in ours.clips[:: len(EXPRESSIONS)]]
    persons = describe_persons(firsts)
    if persons is not None:
        told = f"the calm faces of ours, {persons.num_faces} persons, as if they were one clip"
        place = folder / PERSONS
        sets = [*sets, ClipSet(PERSONS, told, (place,))]
        descriptions[str(place)] = persons
    rows = score_rows(sets, descriptions, options, FLAGS.pairing, FLAGS.detector)
    text = table_text(rows)
    print(text)
    with write_atomically(folder / "table1.txt") as temporary:
        temporary.write_text(text + "\n", "utf-8")
    write_json(folder / "table1.json", rows)
    logging.info("%s and table1.json are written", folder / "table1.txt")


def make_table2(folder: pathlib.Path) -> None:
    """Counts a study's answers, prints the table and writes it."""
    from synthesis.study.answers import AnswerStore
    from synthesis.study.report import draw_report, make_report, report_text
    from synthesis.study.study import load_study

    study = load_study(FLAGS.study)
    answers = AnswerStore(study.answers).all() if study.answers.exists() else []
    if not answers:
        raise InputError(
            f"{FLAGS.study}: nobody has answered yet; ask with tools/preference_study.py serve"
        )
    report = make_report(study, answers)
    print(report_text(report))
    write_json(folder / "table2.json", report.as_record())
    draw_report(folder / "table2.png", report)
    logging.info("%s and table2.png are written", folder / "table2.json")


if __name__ == "__main__":
    driver.run(main)
