"""Changes the expression in a real clip, and puts the face back (as Tzaban et al. 2022).

    python tools/edit_clip.py --input=clip.mp4 --emotion=happiness --output=out/happy.mp4

Takes the clip's longest stretch of one person, aligns its frames with smoothing, embeds each from
the one before, tunes the network to the stretch (--method=pti, once), adds an emotion, or a
timeline spread over the stretch (--emotions=surprise,happiness), and puts the faces back into the
frames. Size, rate, length and sound stay the clip's; outside the face's outline and outside the
stretch nothing is changed before the video is encoded. NAME.json says which frames were changed.
"""

from tools import driver
from tools.flag_sets import clip as clip_flags
from tools.flag_sets import coefficient as coefficient_flags
from tools.flag_sets import detection as detection_flags
from tools.flag_sets import directions as direction_flags
from tools.flag_sets import embedding as embedding_flags
from tools.flag_sets import network as network_flags
from tools.flag_sets import perceptual as perceptual_flags
from tools.flag_sets import region as region_flags
from tools.flag_sets import stretch as stretch_flags
from tools.flag_sets import tuning as tuning_flags
from tools.flag_sets import video as video_flags
from tools.flag_sets.numbers import define_integer, define_number

import pathlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from absl import flags, logging

from emotion.directions import files as direction_files
from encoder.clips.reading import read_frames
from encoder.embedder import COARSE, PTI, EmbeddingOptions
from stylegan_tf.errors import InputError
from synthesis.clip_edit import RAMP_SECONDS
from synthesis.emotion_video import EmotionPlan
from synthesis.keyframes import make_keyframe, needed_emotions
from synthesis.pose.mimicry import FRAME_ITERATIONS
from synthesis.pose.smoothing import SMOOTHING_SECONDS
from synthesis.timeline import EmotionTimeline, TimelineRow
from synthesis.video.format import VideoFormat
from synthesis.video.writing import write_video

if TYPE_CHECKING:
    from stylegan_tf.generator import Generator
    from synthesis.clip_edit import ClipFaces

FLAGS = flags.FLAGS
for module in (
    clip_flags,
    coefficient_flags,
    detection_flags,
    direction_flags,
    embedding_flags,
    network_flags,
    region_flags,
    video_flags,
):
    flags.adopt_module_key_flags(module)

FLAGS.set_default("method", PTI)

flags.DEFINE_string("input", None, "The clip.", required=True)
flags.DEFINE_string("emotion", None, "What is added to the whole stretch: happiness, fear:0.5.")
flags.DEFINE_string("emotions", None, "Or a timeline from calm, spread evenly over the stretch.")
define_number("ramp_seconds", RAMP_SECONDS, "With --emotion: sets in and fades out.", 0, 3600)
define_integer("frame_iterations", FRAME_ITERATIONS, "Steps for each later frame.", 0, 1_000_000)
define_integer("tuning_pictures", 16, "With --method=pti: frames to tune to.", 1, 10_000)
define_number("smoothing_seconds", SMOOTHING_SECONDS, "Width of smoothing.", 0, 3600)
define_integer("max_frames", None, "Change only the start of the stretch.", 3, 1_000_000)


def main() -> None:
    """Checks the flags, embeds and tunes, writes the clip."""
    clip = pathlib.Path(FLAGS.input)
    options = check(clip)
    timeline, row = read_emotions()
    needed = needed_emotions([timeline])
    direction_files.check_directions(FLAGS.directions, needed)
    height, width = next(read_frames(clip)).shape[:2]
    VideoFormat(FLAGS.output, crf=FLAGS.crf, audio=FLAGS.audio).check_size(width, height)
    output = video_flags.open_output(VideoFormat(FLAGS.output, crf=FLAGS.crf), FLAGS.network)
    if output is None:
        return

    from tqdm import tqdm

    from encoder.clips.decoding import open_clip
    from encoder.clips.sound import has_sound
    from synthesis.clip_edit import ClipFaces, edited_frames, ramped

    stretch = stretch_flags.follow(clip, FLAGS.max_frames)
    faces = ClipFaces.of(stretch, FLAGS.smoothing_seconds)
    generator = network_flags.load_generator()
    mask = region_flags.layer_mask()
    mask.array(generator.num_layers, generator.dlatent_size)
    directions = direction_files.load_directions(FLAGS.directions, needed, generator.num_layers)
    latents = embed(generator, faces, options)
    zero = np.zeros_like(latents[0])
    if row is None:
        plan = EmotionPlan(
            spread(timeline, len(stretch), stretch.fps), mask, FLAGS.coefficient, fps=stretch.fps
        )
        track = plan.track(zero, directions)[:]
        offsets = track[np.minimum(np.arange(len(stretch)), len(track) - 1)]
    else:
        strengths = {emotion: share * row.strength for emotion, share in row.emotions.items()}
        offset = make_keyframe(zero, directions, strengths, mask, FLAGS.coefficient)
        offsets = ramped(offset, len(stretch), stretch.fps, FLAGS.ramp_seconds)
    frames = edited_frames(
        generator,
        faces,
        latents,
        offsets,
        region_flags.region(),
        batch_size=FLAGS.batch_size,
        noise=FLAGS.noise,
        allow_truncated=FLAGS.allow_truncated,
    )
    audio = FLAGS.audio
    if audio is None and VideoFormat(FLAGS.output).carries_sound and has_sound(clip):
        audio = clip
    with output.making() as stage:
        path = stage / pathlib.Path(FLAGS.output).name
        shown = tqdm(frames, "frames", open_clip(clip).num_frames, unit="frame")
        count = write_video(path, shown, stretch.fps, FLAGS.crf, audio)
        output.facts |= {"frames": count, "changed": [stretch.first, stretch.first + len(stretch)]}
    last = stretch.first + len(stretch) - 1
    logging.info("%s: frames %d to %d of %d changed", FLAGS.output, stretch.first, last, count)


def check(clip: pathlib.Path) -> EmbeddingOptions:
    """Refuses wrong flags without loading anything; returns how to embed."""
    if not clip.is_file():
        raise InputError(f"there is no clip {clip}")
    network_flags.check()
    network_flags.check_gradients()
    perceptual_flags.check()
    region_flags.layer_mask()
    for name in (*tuning_flags.NAMES, "tuning_pictures"):
        if FLAGS[name].present and FLAGS.method != PTI:
            raise InputError(f"--{name} is for --method=pti only")
    if FLAGS.encoder and FLAGS.method != COARSE:
        raise InputError("--encoder is for --method=coarse; give both or neither")
    return embedding_flags.embedding_options()


def read_emotions() -> tuple[EmotionTimeline, TimelineRow | None]:
    """The timeline of --emotions; or that of --emotion and its one row."""
    if (FLAGS.emotion is None) == (FLAGS.emotions is None):
        raise InputError("say what to add with one of --emotion and --emotions")
    if FLAGS.emotion is not None:
        row = TimelineRow.parse(FLAGS.emotion)
        return EmotionTimeline((row,)), row
    if FLAGS["ramp_seconds"].present:
        raise InputError("--ramp_seconds is for --emotion only: a timeline starts from calm")
    return EmotionTimeline.parse(FLAGS.emotions).starting_calm(), None


def spread(timeline: EmotionTimeline, frames: int, fps: float) -> EmotionTimeline:
    """A timeline whose rows without seconds share a stretch evenly."""
    steps = max(len(timeline.rows) - 1, 1)
    return timeline.timed((frames - 1) / fps / steps, None)


def embed(generator: "Generator", faces: "ClipFaces", options: EmbeddingOptions) -> np.ndarray:
    """Latents of a stretch's frames, float32 `[F, L, 512]`; with pti the generator is tuned."""
    from tqdm import tqdm

    from encoder.embedder import FaceEmbedder, tune_generator
    from synthesis.clip_edit import evenly
    from synthesis.pose.driving_clip import aligned_frames

    chosen = set(evenly(len(faces), FLAGS.tuning_pictures).tolist())
    kept: dict[int, np.ndarray] = {}

    def watched() -> Iterable[np.ndarray]:
        for index, face in enumerate(aligned_frames(faces.stretch, faces.squares)):
            if FLAGS.method == PTI and index in chosen:
                kept[index] = face
            yield face

    aligned = tqdm(watched(), "embedding", len(faces), unit="frame")
    embedder = FaceEmbedder(generator, options)
    latents = np.stack(list(embedder.embed_sequence(aligned, FLAGS.frame_iterations)))
    if FLAGS.method == PTI:
        with tqdm(total=options.tuning.steps, desc="tuning", unit="step") as bar:
            pivots = latents[list(kept)]
            difference = tune_generator(generator, list(kept.values()), pivots, options, bar.update)
        difference.apply(generator)
    return latents


if __name__ == "__main__":
    driver.run(main)
