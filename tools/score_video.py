"""Scores videos: the Average Content Distance and how much the face moves (thesis 4.8, table 1).

    python tools/score_video.py --input=out/a.mp4 --output=out/scores.json

--input takes video files and folders of frames. The table says with which pairing, face descriptor
and alignment the ACD was taken; numbers with other choices cannot be compared with it.
"""

import dataclasses
import pathlib

from absl import flags, logging

from encoder.clips.reading import read_frames
from encoder.faces.landmarks import CLOSE_UP_DETECTION_SIZE
from stylegan_tf.errors import InputError
from stylegan_tf.outputs.json_file import write_json
from stylegan_tf.outputs.output_file import OutputFile
from synthesis.scores.acd import PAIRINGS, average_content_distance, score_table
from tools import driver
from tools.flag_sets import clip as clip_flags
from tools.flag_sets import detection as detection_flags
from tools.flag_sets import output as output_flags

FLAGS = flags.FLAGS
flags.adopt_module_key_flags(clip_flags)
flags.adopt_module_key_flags(detection_flags)
flags.adopt_module_key_flags(output_flags)
FLAGS.set_default("detection_size", CLOSE_UP_DETECTION_SIZE)

flags.DEFINE_list("input", None, "Video files or folders of frames.", required=True)
flags.DEFINE_string("output", None, "A JSON file for the scores; none: only the table.")
flags.DEFINE_enum(
    "pairing", "consecutive", PAIRINGS, "consecutive: thesis 4.8; all: every two, as MoCoGAN."
)


def main() -> None:
    """Scores every input, prints the table and writes the file."""
    if FLAGS.output is not None and not FLAGS.output.endswith(".json"):
        raise InputError(f"--output={FLAGS.output} must end in .json")
    for path in FLAGS.input:
        if not pathlib.Path(path).exists():
            raise InputError(f"there is no clip {path}")
    output = None
    if FLAGS.output is not None:
        record = output_flags.make_record()
        output = OutputFile(FLAGS.output, record, overwrite=FLAGS.overwrite)
        if output.is_done():
            logging.info("%s is there already; --overwrite scores again", output.path)
            return

    from tqdm import tqdm

    scores = {}
    for path in FLAGS.input:
        frames = tqdm(read_frames(path, FLAGS.allow_truncated), path, unit="frame")
        scores[path] = average_content_distance(
            frames, FLAGS.pairing, FLAGS.detector, FLAGS.detection_size
        )
    print(score_table(scores))
    if output is not None:
        rows = [{"video": path, **dataclasses.asdict(s)} for path, s in scores.items()]
        with output.making() as stage:
            write_json(stage / output.path.name, rows)


if __name__ == "__main__":
    driver.run(main)
