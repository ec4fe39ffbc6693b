"""The whole pipeline at once: a face, an emotion sequence, a video, its keyframes, its score.

    python tools/demo.py --output=out/demo

A random face of the generator that ships plays emotions that the LSTM predicts. Under --output:
sequence.csv, video.mp4 with video.json, keyframes.png, scores.json. Made in about a minute on two
cores; tools/synthesize_video.py makes longer videos.
"""

from tools import driver
from tools.flag_sets import directions as direction_flags
from tools.flag_sets import network as network_flags
from tools.flag_sets import output as output_flags
from tools.flag_sets import truncation
from tools.flag_sets.numbers import define_integer

import dataclasses
import pathlib

import numpy as np
from absl import flags
from tqdm import tqdm

from emotion.directions import files as direction_files
from emotion.emotion import Emotion
from emotion.sequences.files import write_sequence
from emotion.sequences.sequence import make_rows
from encoder.clips.reading import read_frames
from encoder.images import write_image
from stylegan_tf.files.json_files import read_own_json, write_json
from stylegan_tf.outputs.output_file import OutputFile
from stylegan_tf.outputs.output_folder import check_folder
from synthesis.emotion_video import EmotionPlan, track_frames
from synthesis.keyframes import needed_emotions
from synthesis.rendering import render_frames
from synthesis.schedule import FRAMES_BETWEEN
from synthesis.scores.acd import average_content_distance
from synthesis.timeline import EmotionTimeline
from synthesis.video.contact_sheet import contact_sheet
from synthesis.video.format import FPS, VideoFormat
from synthesis.video.writing import write_video

FLAGS = flags.FLAGS
for module in (direction_flags, network_flags, output_flags, truncation):
    flags.adopt_module_key_flags(module)

flags.DEFINE_string("output", "out/demo", "The folder to write.")
define_integer("seed", 1, "The face, as NVIDIA's scripts draw it.", 0, 2**32 - 1)
define_integer("length", 5, "How many emotions the LSTM predicts.", 1, 1_000_000)
define_integer("sequence_seed", 0, "The same seed, the same emotions.", 0, 2**32 - 1)
define_integer("frames_between", FRAMES_BETWEEN, "In-between frames.", 0, 100_000)
define_integer("batch_size", 4, "Frames a step of the network.", 1, 4096)


def main() -> None:
    """Checks the flags, makes the files and says what there is."""
    output = check_folder(FLAGS.output)
    network_flags.check()
    direction_files.check_directions(FLAGS.directions)

    sequence, sheet = output / "sequence.csv", output / "keyframes.png"
    video = VideoFormat(output / "video.mp4", FPS)
    scores = output / "scores.json"
    record = output_flags.make_record(FLAGS.network)
    made = OutputFile(
        video.path,
        record,
        overwrite=FLAGS.overwrite,
        record_path=video.record_path,
        beside=(sequence.name, sheet.name),
    )
    scored = OutputFile(scores, record, overwrite=FLAGS.overwrite)
    left = [one for one in (made, scored) if not one.is_done()]
    if made in left:
        with made.making() as stage:
            predict_sequence(stage / sequence.name)
            make_video(
                make_plan(stage / sequence.name), stage / video.path.name, stage / sheet.name
            )
    if left:
        with scored.making() as stage:
            score(video.path, stage / scores.name)
    plan = make_plan(sequence)
    content = read_own_json(scores, "a file of scores")
    emotions = ", ".join(row.label for row in plan.timeline.rows)
    print(
        f"{sequence}: the emotions, calm and {FLAGS.length} from the LSTM: {emotions}",
        f"{video.path}: face {FLAGS.seed}, {plan.num_frames} frames, "
        f"{plan.num_frames / video.fps:.1f} s (how it was made: {video.record_path.name})",
        f"{sheet}: its keyframes",
        f"{scores}: ACD {content['acd']:.3f} ({content['pairing']} frames, {content['extractor']} "
        f"descriptor; lower is steadier), a face in {content['num_faces']} of "
        f"{content['num_frames']} frames, landmarks move {content['landmark_motion']:.4f} eye "
        "distances a frame",
        sep="\n",
    )


def make_plan(sequence: pathlib.Path) -> EmotionPlan:
    """The thesis' choices for the sequence."""
    return EmotionPlan(EmotionTimeline.read(sequence), frames_between=FLAGS.frames_between)


def predict_sequence(path: pathlib.Path) -> None:
    """--length emotions after calm, by the LSTM that ships."""
    from emotion.sequences.model import EmotionSequenceModel

    model = EmotionSequenceModel.load("markov-chain")
    predicted = model.predict([Emotion.CALM], FLAGS.length, seed=FLAGS.sequence_seed)
    write_sequence(path, make_rows([Emotion.CALM, *predicted]))


def make_video(plan: EmotionPlan, video: pathlib.Path, sheet: pathlib.Path) -> None:
    """The video and the sheet of its keyframes."""
    generator = network_flags.load_generator()
    directions = direction_files.load_directions(
        FLAGS.directions, needed_emotions([plan.timeline]), generator.num_layers
    )
    z = generator.sample_z([FLAGS.seed])
    (latent,) = generator.map(z, truncation_psi=FLAGS.truncation_psi)
    track = plan.track(latent, directions)
    keyframes = np.concatenate([track[frame : frame + 1] for frame in plan.schedule.arrivals])
    pictures = list(render_frames(generator, [keyframes], FLAGS.batch_size))
    write_image(sheet, contact_sheet(pictures, [row.label for row in plan.timeline.rows]))
    frames = track_frames(generator, [track], batch_size=FLAGS.batch_size)
    bar = tqdm(frames, "frames", plan.num_frames, unit="frame")
    write_video(video, bar, FPS)


def score(clip: pathlib.Path, path: pathlib.Path) -> None:
    """The ACD of the video file."""
    frames = tqdm(read_frames(clip), "scoring", unit="frame")
    content = average_content_distance(frames, detector="hog")
    write_json(path, dataclasses.asdict(content))


if __name__ == "__main__":
    driver.run(main)
