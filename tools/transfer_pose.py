"""Moves a face as the head in a clip moves, without learnt directions (thesis 4.3).

    python tools/transfer_pose.py --input=clip.mp4 --seed=66 --output=out/pose.mp4

Takes the longest stretch of the clip that shows one person, aligns and embeds its frames, and adds
their change since the first one to the face, under the mask `pose`. --compare puts the clip's
aligned frames on the left; --paste_back puts the face of --photo back into the photograph.
NAME.json says how well yaw and roll follow the clip and how much
alignment shook before and after smoothing.

--mask=none replays the whole trajectory: the thesis tried that and gave it up (end of 4.4), and
NAME.json says why: how far the latents leave the generator's, how far the person changes.
"""

from tools import driver
from tools.flag_sets import clip as clip_flags
from tools.flag_sets import embedding as embedding_flags
from tools.flag_sets import faces as face_flags
from tools.flag_sets import network as network_flags
from tools.flag_sets import paste_back as paste_flags
from tools.flag_sets import region as region_flags
from tools.flag_sets import stretch as stretch_flags
from tools.flag_sets import video as video_flags
from tools.flag_sets.numbers import define_integer, define_number

import dataclasses
import pathlib
from collections.abc import Iterable

import numpy as np
from absl import flags, logging

from encoder.images import read_image
from stylegan_tf.errors import InputError
from synthesis.pose.mimicry import FRAME_ITERATIONS, Mimicry, mimic_clip
from synthesis.pose.smoothing import SMOOTHING_SECONDS
from synthesis.video.format import VideoFormat

FLAGS = flags.FLAGS
flags.adopt_module_key_flags(clip_flags)
flags.adopt_module_key_flags(face_flags)
flags.adopt_module_key_flags(paste_flags)
flags.adopt_module_key_flags(video_flags)
FLAGS.set_default("mask", "pose")

flags.DEFINE_string("input", None, "The driving clip.", required=True)
define_number("strength", 1.0, "Factor on the movement.", -100, 100)
flags.DEFINE_bool("no_smoothing", False, "Align each frame by itself, as the thesis did.")
define_number("smoothing_seconds", SMOOTHING_SECONDS, "Width of smoothing.", 0, 3600)
define_integer(
    "frame_iterations",
    FRAME_ITERATIONS,
    "Steps for each frame after the first, from the one before.",
    0,
    1_000_000,
)
define_integer("max_frames", None, "Use only the start of the stretch.", 3, 10_000_000)
flags.DEFINE_bool("compare", False, "Put the clip's aligned frames beside the result.")
flags.DEFINE_bool("sound", False, "Take the sound of the clip along.")


def main() -> None:
    """Checks the flags, follows the person, moves the face, measures."""
    if FLAGS.sound and FLAGS.audio:
        raise InputError("--sound and --audio both say what is heard; give one of them")
    clip = pathlib.Path(FLAGS.input)
    if not clip.is_file():
        raise InputError(f"there is no clip {clip}")
    audio = clip if FLAGS.sound else FLAGS.audio
    video = VideoFormat(FLAGS.output, crf=FLAGS.crf, audio=audio)
    options = Mimicry(
        region_flags.layer_mask(),
        FLAGS.strength,
        None if FLAGS.no_smoothing else FLAGS.smoothing_seconds,
        FLAGS.frame_iterations,
        FLAGS.compare,
        FLAGS.detector,
        FLAGS.batch_size,
        FLAGS.noise,
    )
    paste_flags.check()
    face_flags.check(paste_back=FLAGS.paste_back)
    if FLAGS.paste_back:
        if FLAGS.compare:
            raise InputError("--compare sets aligned faces side by side, --paste_back has none")
        height, width = read_image(FLAGS.photo[0]).shape[:2]
        video.check_size(width, height)
    output = video_flags.open_output(video, FLAGS.network)
    if output is None:
        return

    from tqdm import tqdm

    from encoder.embedder import FaceEmbedder

    stretch = stretch_flags.follow(clip, FLAGS.max_frames)

    generator = network_flags.load_generator()
    options.mask.array(generator.num_layers, generator.dlatent_size)
    faces = face_flags.load_faces(generator)
    if len(faces) != 1:
        raise InputError(f"{len(faces)} faces are given; a clip moves one")
    embedder = FaceEmbedder(generator, embedding_flags.embedding_options())
    if FLAGS.sound:
        video = dataclasses.replace(video, audio_start=stretch.start_seconds)

    def progress(frames: Iterable[np.ndarray], stage: str) -> Iterable[np.ndarray]:
        return tqdm(frames, stage, len(stretch), unit="frame")

    with output.making() as stage:
        staged = dataclasses.replace(video, path=stage / video.path.name)
        (finish,) = paste_flags.make_finishes(generator, faces)
        scores = mimic_clip(
            generator, faces[0], stretch, embedder, staged, options, progress, finish
        )
        output.facts |= {
            "first_frame": stretch.first,
            "frames": len(stretch),
            "scores": scores,
        }
    logging.info("%s: %d frames from frame %d of the clip", video.path, len(stretch), stretch.first)
    for name, value in scores.items():
        logging.info("%s: %s", name, "cannot be measured" if value is None else f"{value:.4g}")


if __name__ == "__main__":
    driver.run(main)
