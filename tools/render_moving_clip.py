"""Renders a face that moves about, calm as a clip and with an emotion as what an edit should give.

    python tools/render_moving_clip.py --emotion=happiness --output=out/moving
    python tools/edit_clip.py --input=out/moving/calm.mp4 --emotion=happiness --output=out/happy
    python tools/measure_clip_edit.py --input=out/moving/calm.mp4 --edited=out/happy \
        --truth=out/moving/truth --output=out/happy.json

Under --output: calm.mp4 and truth/000000.png, …, in which the emotion sets in and fades out as
edit_clip.py has it.
"""

from tools import driver
from tools.flag_sets import output as output_flags
from tools.flag_sets.numbers import define_integer, define_number

import numpy as np
from absl import flags, logging

from encoder.rendered_faces.moving_clips import draw_person, moving_clip
from encoder.rendered_faces.parameters import EXPRESSIONS
from stylegan_tf.outputs.whole_folder import WholeFolder
from synthesis.clip_edit import RAMP_SECONDS, ramped
from synthesis.video.writing import write_video

FLAGS = flags.FLAGS
flags.adopt_module_key_flags(output_flags)

flags.DEFINE_string("output", None, "The folder to write.", required=True)
flags.DEFINE_enum("emotion", "happiness", list(EXPRESSIONS), "What the truth shows.")
define_integer("frames", 50, "Frames of the clip.", 3, 100_000)
define_number("fps", 25.0, "Frames a second.", 1, 1000)
define_integer("size", 512, "Side of the frames in pixels, even.", 128, 2048)
define_number("ramp_seconds", RAMP_SECONDS, "In which the emotion sets in and fades out.", 0, 3600)
define_integer("crf", 12, "Quality of calm.mp4, 0 (lossless) to 51.", 0, 51)
define_integer("seed", 0, "Of the person.", 0, 2**32 - 1)

flags.register_validator("size", lambda size: size % 2 == 0, "must be even")


def main() -> None:
    """Renders both."""
    output = WholeFolder(FLAGS.output, output_flags.make_record(), overwrite=FLAGS.overwrite)
    if output.is_done():
        logging.info("%s is there already; --overwrite renders again", output.path)
        return

    from tqdm import tqdm

    person = draw_person(FLAGS.seed)
    whole = np.ones([1, 1], np.float32)
    strengths = ramped(whole, FLAGS.frames, FLAGS.fps, FLAGS.ramp_seconds)[:, 0, 0]
    with output.making() as stage:
        for name, shown in (("calm.mp4", np.zeros_like(strengths)), ("truth", strengths)):
            frames = moving_clip(person, FLAGS.emotion, shown, FLAGS.size, FLAGS.fps)
            bar = tqdm(frames, name, len(shown), unit="frame")
            write_video(stage / name, bar, FLAGS.fps, FLAGS.crf)
    logging.info("%s: calm.mp4 and truth/, %d frames", output.path, FLAGS.frames)


if __name__ == "__main__":
    driver.run(main)
