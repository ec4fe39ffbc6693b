"""Measures what tools/edit_clip.py made of a clip: its border, what lies outside, a known truth.

    python tools/edit_clip.py --input=clip.mp4 --emotion=happiness --output=out/happy
    python tools/measure_clip_edit.py --input=clip.mp4 --edited=out/happy --output=out/happy.json

--edited is a folder of PNG files, as compression changes every pixel; --truth (see
tools/render_moving_clip.py) is what it should show. The JSON file has the shake of the crop as
found and as used, the flicker at the face's border before and after, how many pixels outside of the
face were changed, and PSNR against the truth.
"""

from tools import driver
from tools.flag_sets import output as output_flags
from tools.flag_sets import stretch as stretch_flags
from tools.flag_sets.numbers import define_integer, define_number

import dataclasses
import pathlib
from collections.abc import Iterator

import numpy as np
from absl import flags, logging

from encoder.clips.reading import read_frames
from encoder.images import list_images, read_image
from stylegan_tf.errors import InputError
from stylegan_tf.files.json_files import write_json
from stylegan_tf.outputs.output_file import OutputFile
from synthesis.pose.smoothing import SMOOTHING_SECONDS

FLAGS = flags.FLAGS
for module in (output_flags, stretch_flags):
    flags.adopt_module_key_flags(module)

flags.DEFINE_string("input", None, "The clip that was edited.", required=True)
flags.DEFINE_string("edited", None, "What became of it: a folder of PNG files.", required=True)
flags.DEFINE_string("truth", None, "What it should show: a folder of PNG files.")
flags.DEFINE_string("output", None, "The .json file to write.", required=True)
define_number("smoothing_seconds", SMOOTHING_SECONDS, "As given to edit_clip.py.", 0, 3600)
define_integer("max_frames", None, "As given to edit_clip.py.", 3, 1_000_000)

flags.register_validator("output", lambda path: path.endswith(".json"), "must end in .json")


def main() -> None:
    """Checks the folders, finds the faces again, and compares."""
    clip = pathlib.Path(FLAGS.input)
    if not clip.is_file():
        raise InputError(f"there is no clip {clip}")
    edited = find_frames(FLAGS.edited)
    truth = None if FLAGS.truth is None else find_frames(FLAGS.truth)
    output = OutputFile(FLAGS.output, output_flags.make_record(), overwrite=FLAGS.overwrite)
    if output.is_done():
        logging.info("%s is there already; --overwrite measures again", output.path)
        return

    from tqdm import tqdm

    from synthesis.clip_edit import ClipFaces
    from synthesis.clip_edit_audit import audit_clip_edit

    stretch = stretch_flags.follow(clip, FLAGS.max_frames)
    faces = ClipFaces.of(stretch, FLAGS.smoothing_seconds)
    shown = tqdm(read_all(edited), "comparing", len(edited), unit="frame")
    real = read_frames(clip, FLAGS.allow_truncated)
    audit = audit_clip_edit(faces, real, shown, None if truth is None else read_all(truth))
    report = dataclasses.asdict(audit)
    with output.making() as stage:
        write_json(stage / output.path.name, report)
    for name, value in report.items():
        if value is not None:
            print(f"{name:22} {value:g}")


def find_frames(folder: str) -> list[pathlib.Path]:
    """The pictures of a folder of frames, in order; raises InputError if there are none."""
    if not pathlib.Path(folder).is_dir():
        raise InputError(f"{folder} is not a folder of frames")
    return list_images(pathlib.Path(folder))


def read_all(paths: list[pathlib.Path]) -> Iterator[np.ndarray]:
    """The frames, one after the other."""
    return map(read_image, paths)


if __name__ == "__main__":
    driver.run(main)
