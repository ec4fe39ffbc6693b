"""Labels the emotions of a clip, frame by frame, and reduces them to a sequence (thesis 3.5, 3.6).

    python tools/label_emotions.py --input=trailer.mp4 --output=out/labels/trailer.csv \
        --sequence=out/trailer_sequence.csv --smoothing_window=5 --minimum_dwell=5

--input may also be a folder of tools/extract_faces.py. Writes the labels (frame, seconds, emotion,
a probability for each), NAME.json (how often and how long), NAME_transitions.png, and with
--sequence the changes alone, for tools/train_emotion_lstm.py or tools/synthesize_video.py.
"""

from tools import driver
from tools.flag_sets import face_search as trailer_flags
from tools.flag_sets import output as output_flags
from tools.flag_sets.numbers import define_integer

import pathlib
from typing import TYPE_CHECKING

import numpy as np
from absl import flags, logging

from stylegan_tf.errors import InputError
from stylegan_tf.files.json_files import write_json
from stylegan_tf.outputs.output_file import OutputFile
from stylegan_tf.outputs.record import Record
from stylegan_tf.outputs.workspace import NothingFoundError, check_workspace, workspace

if TYPE_CHECKING:
    from emotion.labelling.label_files import ClipLabels

FLAGS = flags.FLAGS
flags.adopt_module_key_flags(output_flags)
flags.adopt_module_key_flags(trailer_flags)

flags.DEFINE_string("input", None, "A video file, or a folder of extracted faces.", required=True)
flags.DEFINE_string("output", None, "The label file to write, .csv.", required=True)
flags.DEFINE_string("sequence", None, "Also write the changes of emotion: .csv or .json.")
flags.DEFINE_string(
    "labeller", "auto", "auto, fer, emopy7 or emopy:0256 and the like; see docs/emotions.md."
)
flags.DEFINE_enum(
    "person", "tracked", ["tracked", "largest"], "One person a shot, or each frame's largest face."
)
define_integer(
    "smoothing_window", 1, "Odd number of frames for a majority vote; 1 is off.", 1, 100_000
)
define_integer("minimum_dwell", 1, "Frames that an emotion must last to count.", 1, 100_000)

flags.register_validator("output", lambda path: path.endswith(".csv"), "must end in .csv")
flags.register_validator(
    "sequence",
    lambda path: path is None or path.endswith((".csv", ".json")),
    "must end in .csv or .json",
)
flags.register_validator("smoothing_window", lambda frames: frames % 2 == 1, "must be odd")

_OF_SUMMARY = ("minimum_dwell", "sequence", "smoothing_window")


def main() -> None:
    """Labels the clip unless that is done, and writes what follows from the labels."""
    path, source = pathlib.Path(FLAGS.output), pathlib.Path(FLAGS.input)
    if not source.exists():
        raise InputError(f"--input={source} does not exist")
    summary_path = path.with_suffix(".json")
    output_flags.check_distinct(
        ("output", FLAGS.output), ("output (its .json)", summary_path), ("sequence", FLAGS.sequence)
    )
    record = output_flags.make_record(ignored=_OF_SUMMARY, not_inputs=["sequence"])
    labelled = OutputFile(path, record, overwrite=FLAGS.overwrite)
    done = labelled.is_done()
    summed_record = output_flags.make_record(ignored=["sequence"])
    plot = f"{path.stem}_transitions.png"
    summed = OutputFile(summary_path, summed_record, overwrite=FLAGS.overwrite, beside=[plot])
    left = [] if summed.is_done() else [summed]
    reduced = None
    if FLAGS.sequence is not None:
        reduced = OutputFile(FLAGS.sequence, summed_record, overwrite=FLAGS.overwrite)
        left += [] if reduced.is_done() else [reduced]

    from emotion import plots
    from emotion.labelling.label_files import read_labels
    from emotion.sequences.changes import timed_changes
    from emotion.sequences.files import write_sequence
    from emotion.sequences.sequence import make_rows
    from emotion.sequences.smoothing import smooth_labels
    from emotion.sequences.statistics import summarise

    if done:
        logging.info("%s is there already; --overwrite labels again", path)
        labels = read_labels(path)
    else:
        labels = _label(source, labelled, record)
    summary = summarise(labels, FLAGS.smoothing_window, FLAGS.minimum_dwell)
    if summed in left:
        with summed.making() as stage:
            write_json(stage / summary_path.name, summary)
            transitions = np.array(summary["transitions"])
            plots.plot_matrix(stage / plot, transitions, "emotion", "next emotion")
    smooth = smooth_labels(labels.emotions, FLAGS.smoothing_window, FLAGS.minimum_dwell)
    emotions, seconds = timed_changes(smooth, labels.seconds)
    if reduced is not None and reduced in left:
        with reduced.making() as stage:
            write_sequence(stage / reduced.path.name, make_rows(emotions, seconds))
    logging.info(
        "%s: %d faces, %d changes: %s%s",
        path,
        len(smooth),
        len(emotions),
        ", ".join(emotion.label for emotion in emotions[:20]),
        " …" if len(emotions) > 20 else "",
    )


def _label(source: pathlib.Path, output: OutputFile, record: Record) -> "ClipLabels":
    from tqdm import tqdm

    from emotion.labelling.clip_labelling import label_clip, label_folder
    from emotion.labelling.label_files import write_labels
    from encoder.clips.decoding import open_clip
    from encoder.clips.extraction import read_face_table
    from encoder.clips.face_search import count_frames

    total: int | None
    if source.is_dir():
        total, unit = len(read_face_table(source)), "face"
    else:
        search = trailer_flags.face_search(FLAGS.person)
        total, unit = count_frames(open_clip(source), search), "frame"

    from emotion.labelling.registry import load_labeller

    check_workspace(output.path, record, overwrite=FLAGS.overwrite)
    labeller = load_labeller(FLAGS.labeller)
    with (
        output.making() as stage,
        workspace(output.path, record, overwrite=FLAGS.overwrite) as work,
    ):
        with tqdm(total=total, unit=unit) as bar:
            if source.is_dir():
                labels = label_folder(source, labeller, bar.update)
            else:
                journal = work / "journal.jsonl"
                labels = label_clip(source, journal, labeller, search, bar.update)
        if not labels.emotions:
            raise NothingFoundError(
                f"no face was found in {source}; a larger --detection_size finds smaller faces"
            )
        write_labels(stage / output.path.name, labels)
    return labels


if __name__ == "__main__":
    driver.run(main)
