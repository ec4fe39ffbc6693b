r"""Scores videos: the Average Content Distance and how much the face moves (thesis 4.8, table 1).

    python tools/score_video.py --input=out/a.mp4 --output=out/scores.json
    python tools/score_video.py --input=out/ours,out/mocogan --pairing=consecutive,all \
        --extractor=dlib,openface --openface_model=nn4.small2.v1.t7 --output=out/scores.json

--input takes video files, folders of frames, and folders of those: a set, scored as one, with its
standard error over clips. The table says with which pairing, face descriptor and alignment the ACD
was taken; numbers with other choices cannot be compared with it. Interrupted, the same command goes
on where it was.
"""

from tools import driver
from tools.flag_sets import descriptors as descriptor_flags
from tools.flag_sets import detection as detection_flags
from tools.flag_sets import output as output_flags
from tools.flag_sets import runner as runner_flags

import pathlib
from collections.abc import Sequence

from absl import flags, logging

from encoder.descriptors import load_face_descriptor
from encoder.faces.landmarks import CLOSE_UP_DETECTION_SIZE
from stylegan_tf.errors import InputError
from stylegan_tf.files.json_files import write_json
from stylegan_tf.outputs.output_file import OutputFile
from synthesis.scores.clip_sets import SetScore, find_clips, score_set, score_table
from synthesis.scores.description_job import describe_clips, remove_descriptions

FLAGS = flags.FLAGS
for module in (descriptor_flags, detection_flags, output_flags, runner_flags):
    flags.adopt_module_key_flags(module)
FLAGS.set_default("detection_size", CLOSE_UP_DETECTION_SIZE)

flags.DEFINE_list(
    "input", None, "Video files, folders of frames, or folders of these (sets).", required=True
)
flags.DEFINE_string("output", None, "A JSON file for the scores; none: only the table.")


def main() -> None:
    """Scores every input, prints the table and writes the file."""
    if FLAGS.output is not None and not FLAGS.output.endswith(".json"):
        raise InputError(f"--output={FLAGS.output} must end in .json")
    descriptor_flags.check_pairings()
    options = descriptor_flags.descriptor_options()
    sets = {path: find_clips(path) for path in FLAGS.input}
    output = None
    if FLAGS.output is not None:
        output = OutputFile(FLAGS.output, output_flags.make_record(), overwrite=FLAGS.overwrite)
        if output.is_done():
            logging.info("%s is there already; --overwrite scores again", output.path)
            return

    from tqdm import tqdm

    folder = output.path.with_suffix(".parts") if output is not None else None
    clips = [clip for found in sets.values() for clip in found]
    with tqdm(total=len(set(map(str, clips))), unit="clip") as bar:
        descriptions = describe_clips(
            clips,
            options,
            detector=FLAGS.detector,
            detection_size=FLAGS.detection_size,
            folder=folder,
            runner=runner_flags.make_runner(items=len(clips)),
            on_clip=bar.update,
        )
    rows, scores = [], []
    for path, found in sets.items():
        described = {str(clip): descriptions[str(clip)] for clip in found}
        for index, option in enumerate(options):
            descriptor = load_face_descriptor(option)
            for pairing in FLAGS.pairing:
                try:
                    score = score_set(described, index, descriptor, pairing, FLAGS.detector)
                except InputError as error:
                    raise InputError(f"{path}: {error}") from error
                rows.append(_row(path, found, score))
                scores.append((path, score))
    print(score_table(scores))
    if output is not None:
        with output.making() as stage:
            write_json(stage / output.path.name, rows)
    if folder is not None:
        remove_descriptions(folder)


def _row(path: str, found: Sequence[pathlib.Path], score: SetScore) -> dict[str, object]:
    """A clip has a row of its own; a set has one with its clips' rows inside."""
    if [str(clip) for clip in found] == [str(pathlib.Path(path))]:
        (row,) = score.clip_rows()
        return {**row, "video": path}
    return {"set": path, **score.as_row()}


if __name__ == "__main__":
    driver.run(main)
