"""Scores videos: the Average Content Distance and how much the face moves (thesis 4.8, table 1).

    python tools/score_video.py --input=out/a.mp4 --output=out/scores.json

--input takes video files and folders of frames. The table says with which pairing, face descriptor
and alignment the ACD was taken; numbers with other choices cannot be compared with it.
"""

import dataclasses
import json
import pathlib

from absl import flags, logging

from encoder.clips.reading import read_frames
from stylegan_tf.errors import InputError
from stylegan_tf.files import write_atomically
from synthesis.scores.acd import DETECTION_SIZE, PAIRINGS, average_content_distance, score_table
from tools import driver

FLAGS = flags.FLAGS

flags.DEFINE_list("input", None, "Video files or folders of frames.", required=True)
flags.DEFINE_string("output", None, "A JSON file for the scores; none: only the table.")
flags.DEFINE_enum(
    "pairing", "consecutive", PAIRINGS, "consecutive: thesis 4.8; all: every two, as MoCoGAN."
)
flags.DEFINE_enum("detector", "cnn", ["cnn", "hog"], "What finds the face; hog: fast, frontal.")
flags.DEFINE_integer(
    "detection_size",
    DETECTION_SIZE,
    "Longest side at which faces are searched, in pixels; more finds smaller faces.",
    lower_bound=80,
)
flags.DEFINE_bool("overwrite", False, "Score again although --output exists.")


def main() -> None:
    """Scores every input, prints the table and writes the file."""
    output = pathlib.Path(FLAGS.output) if FLAGS.output else None
    if output is not None and output.suffix != ".json":
        raise InputError(f"--output={output} must end in .json")
    if output is not None and output.exists() and not FLAGS.overwrite:
        logging.info("%s is there already; --overwrite scores again", output)
        return
    for path in FLAGS.input:
        if not pathlib.Path(path).exists():
            raise InputError(f"there is no clip {path}")

    from tqdm import tqdm

    scores = {}
    for path in FLAGS.input:
        frames = tqdm(read_frames(path), path, unit="frame")
        scores[path] = average_content_distance(
            frames, FLAGS.pairing, FLAGS.detector, FLAGS.detection_size
        )
    print(score_table(scores))
    if output is not None:
        with write_atomically(output) as temporary:
            rows = [{"video": path, **dataclasses.asdict(s)} for path, s in scores.items()]
            temporary.write_text(json.dumps(rows, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    driver.run(main)
