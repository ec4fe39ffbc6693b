"""Scores videos: the Average Content Distance and how much the face moves (thesis 4.8, table 1).

    python tools/score_video.py --input=out/a.mp4 --output=out/scores.json
    python tools/score_video.py --input=out/ours,out/mocogan --pairing=consecutive,all \
        --extractor=dlib,openface --openface_model=nn4.small2.v1.t7 --output=out/scores.json

--input takes video files, folders of frames, and folders of those: a set, scored as one, with its
standard error over clips. The table says with which pairing, face descriptor and alignment the ACD
was taken; numbers with other choices cannot be compared with it. Interrupted, the same command goes
on where it was.
"""

import json
import pathlib
from collections.abc import Sequence

from absl import flags, logging

from encoder.descriptors import (
    EXTRACTORS,
    DescriptorOptions,
    find_openface_file,
    load_face_descriptor,
)
from encoder.faces.landmarks import CLOSE_UP_DETECTION_SIZE
from encoder.openface.alignment import DEFAULT_TEMPLATE, TEMPLATES
from encoder.worker_pool import count_cores
from stylegan_tf.errors import InputError
from stylegan_tf.files import write_atomically
from synthesis.scores.acd import PAIRINGS
from synthesis.scores.clip_sets import SetScore, find_clips, score_set, score_table
from synthesis.scores.description_job import describe_clips, remove_descriptions
from tools import driver
from tools.flag_sets import values as flag_values

FLAGS = flags.FLAGS

flags.DEFINE_list(
    "input", None, "Video files, folders of frames, or folders of these (sets).", required=True
)
flags.DEFINE_string("output", None, "A JSON file for the scores; none: only the table.")
flags.DEFINE_list(
    "pairing", "consecutive", "consecutive: thesis 4.8; all: every two, as MoCoGAN; or both."
)
flags.DEFINE_list(
    "extractor", "dlib", f"What describes a face, one or more of {', '.join(EXTRACTORS)}."
)
flags.DEFINE_string(
    "openface_model", None, "OpenFace's nn4.small2.v1.t7; unset: ~/.cache/stylegan-video."
)
flags.DEFINE_enum(
    "openface_alignment", DEFAULT_TEMPLATE, list(TEMPLATES), "How OpenFace's faces are cut out."
)
flags.DEFINE_string(
    "vgg_weights", "imagenet", "For --extractor=vgg16: imagenet, random, or a file."
)
flags.DEFINE_enum("detector", "cnn", ["cnn", "hog"], "What finds the face; hog: fast, frontal.")
flags.DEFINE_integer(
    "detection_size",
    CLOSE_UP_DETECTION_SIZE,
    "Longest side at which faces are searched, in pixels; more finds smaller faces.",
    lower_bound=80,
)
flags.DEFINE_integer("workers", count_cores(), "Processes; one a core if unset.", lower_bound=1)
flags.DEFINE_bool("overwrite", False, "Score again although --output exists.")


def main() -> None:
    """Scores every input, prints the table and writes the file."""
    output = pathlib.Path(FLAGS.output) if FLAGS.output else None
    if output is not None and output.suffix != ".json":
        raise InputError(f"--output={output} must end in .json")
    if output is not None and output.exists() and not FLAGS.overwrite:
        logging.info("%s is there already; --overwrite scores again", output)
        return
    _check_choices("pairing", FLAGS.pairing, PAIRINGS)
    options = _descriptor_options()
    sets = {path: find_clips(path) for path in FLAGS.input}

    from tqdm import tqdm

    folder = output.with_suffix(".parts") if output is not None else None
    clips = [clip for found in sets.values() for clip in found]
    with tqdm(total=len(set(map(str, clips))), unit="clip") as bar:
        descriptions = describe_clips(
            clips,
            options,
            detector=FLAGS.detector,
            detection_size=FLAGS.detection_size,
            folder=folder,
            workers=FLAGS.workers,
            on_clip=bar.update,
        )
    rows, table = [], {}
    for path, found in sets.items():
        described = {str(clip): descriptions[str(clip)] for clip in found}
        for index, option in enumerate(options):
            for pairing in FLAGS.pairing:
                try:
                    score = score_set(
                        described, index, load_face_descriptor(option), pairing, FLAGS.detector
                    )
                except InputError as error:
                    raise InputError(f"{path}: {error}") from error
                rows.append(_row(path, found, score))
                table[path, option.extractor, pairing] = score
    print(score_table([(name, score) for (name, *_), score in table.items()]))
    if output is not None:
        with write_atomically(output) as temporary:
            temporary.write_text(json.dumps(rows, indent=2) + "\n", "utf-8")
    if folder is not None:
        remove_descriptions(folder)


def _row(path: str, found: Sequence[pathlib.Path], score: SetScore) -> dict[str, object]:
    """A clip has a row of its own; a set has one with its clips' rows inside."""
    if [str(clip) for clip in found] == [str(pathlib.Path(path))]:
        (row,) = score.clip_rows()
        return {**row, "video": path}
    return {"set": path, **score.as_row()}


def _descriptor_options() -> list[DescriptorOptions]:
    """What --extractor names, with its files looked for before anything is loaded."""
    _check_choices("extractor", FLAGS.extractor, EXTRACTORS)
    if "vgg16" in FLAGS.extractor:
        flag_values.check_vgg_weights()
    model = None
    if "openface" in FLAGS.extractor:
        model = str(find_openface_file(FLAGS.openface_model))
    return [
        DescriptorOptions(name, model, FLAGS.openface_alignment, FLAGS.vgg_weights)
        for name in FLAGS.extractor
    ]


def _check_choices(flag: str, chosen: Sequence[str], known: Sequence[str]) -> None:
    wrong = [name for name in chosen if name not in known]
    if wrong or not chosen or len(set(chosen)) < len(chosen):
        what = repr(wrong[0]) if wrong else "the choice"
        raise InputError(f"--{flag}: {what} is not one of {', '.join(known)}, each at most once")


if __name__ == "__main__":
    driver.run(main)
