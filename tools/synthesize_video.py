"""Makes an emotion video (thesis 3.2, stage 3): keyframes, in-between frames, H.264.

    python tools/synthesize_video.py --seed=66 --emotions=happiness,surprise --output=out/a.mp4

The face: --seeds (one or more random ones, several make a grid), --latent=FILE or --photo=FILE.
What it shows: --emotions ("happiness:0.5,fear+sadness,anger@1.5" for shares and seconds),
--sequence=FILE (.csv, .json), or --length=N emotions that the LSTM predicts. --paste_back puts
the face of --photo back into the photograph, --region lets a part of it change. Beside NAME.mp4
comes NAME.json with every flag, the network's checksum and the strengths used.

    python tools/synthesize_video.py --each=mp4 --seeds=0-999 --emotions=fear --output=out/videos

makes a video of each face, in a folder, here or on a cluster (--runner, docs/scale.md).
"""

from tools import driver
from tools.flag_sets import coefficient as coefficient_flags
from tools.flag_sets import directions as direction_flags
from tools.flag_sets import faces as face_flags
from tools.flag_sets import network as network_flags
from tools.flag_sets import output as output_flags
from tools.flag_sets import paste_back as paste_flags
from tools.flag_sets import region as region_flags
from tools.flag_sets import runner as runner_flags
from tools.flag_sets import video as video_flags
from tools.flag_sets.numbers import define_integer, define_number

import contextlib
import itertools
import pathlib
from typing import TYPE_CHECKING

from absl import flags, logging

from emotion.directions import files as direction_files
from emotion.emotion import Emotion
from stylegan_tf.errors import InputError
from stylegan_tf.network_difference import tuned_files
from stylegan_tf.numbers import MAX_COEFFICIENT, MAX_FPS, MIN_FPS, check_number
from stylegan_tf.outputs.record import describe_inputs
from stylegan_tf.runners.runner import Files, make_files
from synthesis.emotion_video import EmotionPlan, track_frames
from synthesis.interpolation import KINDS
from synthesis.keyframes import needed_emotions
from synthesis.schedule import FRAMES_BETWEEN
from synthesis.timeline import EmotionTimeline
from synthesis.video.format import FPS, VideoFormat
from synthesis.video.writing import write_video

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np

    from stylegan_tf.generator import Generator

FLAGS = flags.FLAGS
_MAX_RECORDED = 10_000  # rows of a timeline whose strengths NAME.json tells
for module in (
    coefficient_flags,
    direction_flags,
    face_flags,
    paste_flags,
    runner_flags,
    video_flags,
):
    flags.adopt_module_key_flags(module)

flags.DEFINE_string("emotions", None, "Emotions in order, with commas.")
flags.DEFINE_string("sequence", None, "A sequence file: emotion, seconds, strength, hold.")
define_integer("length", None, "So many emotions, predicted by the LSTM.", 1, 1_000_000)
flags.DEFINE_string("sequence_model", "markov-chain", "With --length: the LSTM or its file.")
define_integer("sequence_seed", 0, "With --length: the same seed, the same emotions.", 0, 2**32 - 1)
flags.DEFINE_bool("from_calm", True, "Start from the face itself.")
flags.DEFINE_list("strengths", [], "Factors for some emotions: fear:0.8,anger:1.2.")
define_number(
    "max_identity_distance",
    None,
    "Lower strengths until dlib's distance from the calm face is at most this (same person: 0.6).",
    1e-6,
    10,
)
flags.DEFINE_enum("interpolation", "linear", KINDS, "The way between keyframes.")
define_integer("frames_between", FRAMES_BETWEEN, "In-between frames (thesis 3.10).", 0, 100_000)
define_number("fps", FPS, "Frames per second.", MIN_FPS, MAX_FPS)
define_number("seconds", None, "Seconds for each emotion, instead of --frames_between.", 0, 86_400)
define_number("hold", None, "Seconds that the face stays at each emotion.", 0, 86_400)
flags.DEFINE_bool("loop", False, "Go back to the first keyframe at the end.")
flags.DEFINE_bool("labels", False, "Burn the emotions' names into the frames.")
flags.DEFINE_enum(
    "each", None, ["mp4", "webm", "gif"], "A video like this of each face; --output is a folder."
)
define_integer("columns", None, "Faces in a row of a grid.", 1, 10_000)


def main() -> None:
    """Checks everything, makes the video and its record."""
    path = pathlib.Path(FLAGS.output)
    video = VideoFormat(
        path / f"a.{FLAGS.each}" if FLAGS.each else path, FLAGS.fps, FLAGS.crf, FLAGS.audio
    )
    timeline = read_timeline()
    predicted = timeline is None
    plan = make_plan(timeline or EmotionTimeline.from_emotions(Emotion))
    paste_flags.check()
    face_flags.check(paste_back=FLAGS.paste_back)
    check_each()
    if FLAGS.paste_back:
        check_photograph(video)
    needed = () if predicted else needed_emotions([plan.timeline])
    direction_files.check_directions(FLAGS.directions, needed)
    if FLAGS.each:
        video.check_sound()
        synthesize_each()
        return
    output = video_flags.open_output(video, FLAGS.network)
    if output is None:
        return

    from tqdm import tqdm

    generator = network_flags.load_generator()
    region_flags.layer_mask().array(generator.num_layers, generator.dlatent_size)
    if predicted:
        plan = make_plan(predict_timeline())
    directions = direction_files.load_directions(
        FLAGS.directions, needed_emotions([plan.timeline]), generator.num_layers
    )
    latents = face_flags.load_faces(generator)
    timelines = [limit(generator, latent, directions, plan.timeline) for latent in latents]
    tracks = [
        plan.track(latent, directions, own) for latent, own in zip(latents, timelines, strict=True)
    ]
    frames = track_frames(
        generator,
        tracks,
        plan.frame_labels() if FLAGS.labels else None,
        FLAGS.columns,
        FLAGS.batch_size,
        FLAGS.noise,
        paste_flags.make_finishes(generator, latents),
    )
    bar = tqdm(frames, "frames", plan.num_frames, unit="frame")
    output.facts["frames"] = plan.num_frames
    output.facts["timelines"] = [
        [
            {"emotion": row.label, "strength": row.strength}
            for row in itertools.islice(own.rows, _MAX_RECORDED)
        ]
        for own in timelines
    ]
    with output.making() as stage:
        write_video(stage / video.path.name, bar, video.fps, video.crf, video.audio)
    logging.info("%s: %d frames, %.1f s", video.path, plan.num_frames, plan.num_frames / video.fps)


def check_each() -> None:
    """Refuses flags that --each cannot do, and those that it alone can."""
    if FLAGS.each:
        for name in ("paste_back", "columns"):
            if FLAGS[name].present:
                raise InputError(f"--each makes a video of each face alone: no --{name}")
        return
    runner_flags.refuse("the videos of --each")


def synthesize_each() -> None:
    """A video of each face, in one folder; those that are there stay."""
    network_flags.check_network(FLAGS.network)
    record = output_flags.make_record(
        FLAGS.network, ignored=["seed", "seeds", "latent", "batch_size"], not_inputs=["latent"]
    )
    folder = output_flags.open_folder(record)
    faces = face_flags.named_faces()
    made_from = {name: face_checksum(face) for name, face in faces.items()}
    left = [
        (name, face)
        for name, face in faces.items()
        if not folder.is_done(name, made_from[name], [f"{name}.{FLAGS.each}"])
    ]
    if not left:
        logging.info("all %d are in %s already", len(faces), folder.path)
        return

    from tqdm import tqdm

    make = runner_flags.in_worker("synthesize_video", "make_worker")
    runner = runner_flags.make_runner(otherwise=1, items=len(left))
    with folder.opened(), contextlib.closing(runner.map(make, left)) as made:
        for (name, _), files in tqdm(made, total=len(left), unit="video"):
            folder.place(name, files, made_from[name])
    logging.info("%d videos written to %s", len(left), folder.path)


def face_checksum(face: int | str) -> str:
    """Of the files that a face comes from; none for a seed."""
    if isinstance(face, int):
        return ""
    files = [face, *map(str, tuned_files([face]))] if FLAGS.tuned else [face]
    return " ".join(checksum for _, checksum in describe_inputs(files))


def make_worker() -> "Callable[[tuple[str, int | str]], Files]":
    """What makes the video of a face, (name, seed or latent), with everything loaded."""
    generator = network_flags.load_generator()
    plan = make_plan(read_timeline() or predict_timeline())
    directions = direction_files.load_directions(
        FLAGS.directions, needed_emotions([plan.timeline]), generator.num_layers
    )

    def make(named: tuple[str, int | str]) -> Files:
        name, face = named
        latent, difference = face_flags.load_face(generator, face)
        with contextlib.nullcontext() if difference is None else difference.applied(generator):
            timeline = limit(generator, latent, directions, plan.timeline)
            track = plan.track(latent, directions, timeline)
            labels = plan.frame_labels() if FLAGS.labels else None
            frames = track_frames(
                generator, [track], labels, batch_size=FLAGS.batch_size, noise=FLAGS.noise
            )
            _, files = make_files(
                lambda folder: write_video(
                    folder / f"{name}.{FLAGS.each}", frames, FLAGS.fps, FLAGS.crf, FLAGS.audio
                )
            )
        return files

    return make


def check_photograph(video: VideoFormat) -> None:
    """Refuses photographs that --paste_back cannot make the video of."""
    from encoder.images import read_image

    if len(FLAGS.photo) > 1:
        raise InputError("--paste_back makes a video of one photograph; give one --photo")
    height, width = read_image(FLAGS.photo[0]).shape[:2]
    video.check_size(width, height)


def read_timeline() -> EmotionTimeline | None:
    """The timeline of --emotions or --sequence; None for --length."""
    given = [name for name in ("emotions", "sequence", "length") if FLAGS[name].value is not None]
    if len(given) != 1:
        raise InputError("say what to show with one of --emotions, --sequence and --length")
    if FLAGS.emotions is not None:
        return EmotionTimeline.parse(FLAGS.emotions)
    return None if FLAGS.sequence is None else EmotionTimeline.read(FLAGS.sequence)


def make_plan(timeline: EmotionTimeline) -> EmotionPlan:
    """The timeline with the flags' times and strengths, checked."""
    timeline = timeline.starting_calm() if FLAGS.from_calm else timeline
    return EmotionPlan(
        timeline.timed(FLAGS.seconds, FLAGS.hold).scaled(read_strengths()),
        region_flags.layer_mask(),
        FLAGS.coefficient,
        FLAGS.interpolation,
        FLAGS.frames_between,
        FLAGS.fps,
        FLAGS.loop,
    )


def read_strengths() -> dict[Emotion, float]:
    """--strengths=fear:0.8,anger:1.2 → emotion: factor."""
    strengths = {}
    for text in FLAGS.strengths:
        name, _, factor = text.partition(":")
        try:
            emotion = Emotion.parse(name)
            strengths[emotion] = check_number(
                float(factor), f"--strengths: {emotion.label}", -MAX_COEFFICIENT, MAX_COEFFICIENT
            )
        except ValueError as error:
            if isinstance(error, InputError):
                raise
            raise InputError(f"--strengths: {text!r} is not EMOTION:NUMBER") from None
    return strengths


def predict_timeline() -> EmotionTimeline:
    """--length emotions after calm from the LSTM."""
    from emotion.sequences.model import EmotionSequenceModel

    model = EmotionSequenceModel.load(FLAGS.sequence_model)
    emotions = model.predict([Emotion.CALM], FLAGS.length, seed=FLAGS.sequence_seed)
    return EmotionTimeline.from_emotions(emotions)


def limit(
    generator: "Generator",
    latent: "np.ndarray",
    directions: "Mapping[Emotion, np.ndarray]",
    timeline: EmotionTimeline,
) -> EmotionTimeline:
    """The timeline of one face under --max_identity_distance."""
    if FLAGS.max_identity_distance is None:
        return timeline
    from synthesis.strength_search import limit_timeline

    return limit_timeline(
        generator,
        latent,
        directions,
        timeline,
        FLAGS.max_identity_distance,
        region_flags.layer_mask(),
        FLAGS.coefficient,
    )


if __name__ == "__main__":
    driver.run(main)
