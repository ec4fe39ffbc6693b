"""Labels the emotions of a clip, frame by frame, and reduces them to a sequence (thesis 3.5, 3.6).

    python tools/label_emotions.py --input=trailer.mp4 --output=out/labels/trailer.csv \
        --sequence=out/trailer_sequence.csv --smoothing_window=5 --minimum_dwell=5

--input may also be a folder of tools/extract_faces.py. Writes the labels (frame, seconds, emotion,
a probability for each), NAME.json (how often and how long), NAME_transitions.png, and with
--sequence the changes alone, for tools/train_emotion_lstm.py or tools/synthesize_video.py.
"""

import json
import pathlib

import numpy as np
from absl import flags, logging

from stylegan_tf.errors import InputError
from tools import driver
from tools.flag_sets import face_search as trailer_flags

FLAGS = flags.FLAGS

flags.DEFINE_string("input", None, "A video file, or a folder of extracted faces.", required=True)
flags.DEFINE_string("output", None, "The label file to write, .csv.", required=True)
flags.DEFINE_string("sequence", None, "Also write the changes of emotion: .csv or .json.")
flags.DEFINE_string(
    "labeller", "auto", "auto, fer, emopy7 or emopy:0256 and the like; see docs/emotions.md."
)
flags.DEFINE_enum(
    "person", "tracked", ["tracked", "largest"], "One person a shot, or each frame's largest face."
)
flags.DEFINE_integer(
    "smoothing_window", 1, "Odd number of frames for a majority vote; 1 is off.", lower_bound=1
)
flags.DEFINE_integer(
    "minimum_dwell", 1, "Frames that an emotion must last to count.", lower_bound=1
)
flags.DEFINE_bool("overwrite", False, "Label again although --output exists.")

flags.register_validator("output", lambda path: path.endswith(".csv"), "must end in .csv")
flags.register_validator(
    "sequence",
    lambda path: path is None or path.endswith((".csv", ".json")),
    "must end in .csv or .json",
)
flags.register_validator("smoothing_window", lambda frames: frames % 2 == 1, "must be odd")


def main() -> None:
    """Labels the clip unless that is done, and writes what follows from the labels."""
    output, source = pathlib.Path(FLAGS.output), pathlib.Path(FLAGS.input)
    if not source.exists():
        raise InputError(f"--input={source} does not exist")

    from emotion import plots
    from emotion.labelling.label_files import read_labels
    from emotion.sequences.changes import timed_changes
    from emotion.sequences.files import write_sequence
    from emotion.sequences.sequence import make_rows
    from emotion.sequences.smoothing import smooth_labels
    from emotion.sequences.statistics import summarise
    from stylegan_tf.files import write_atomically

    if output.exists() and not FLAGS.overwrite:
        logging.info("%s is there already; --overwrite labels again", output)
        labels = read_labels(output)
    else:
        labels = _label(source, output)
    summary = summarise(labels, FLAGS.smoothing_window, FLAGS.minimum_dwell)
    with write_atomically(output.with_suffix(".json")) as temporary:
        temporary.write_text(json.dumps(summary, indent=2) + "\n")
    plots.plot_matrix(
        output.with_name(f"{output.stem}_transitions.png"),
        np.array(summary["transitions"]),
        "emotion",
        "next emotion",
    )
    smooth = smooth_labels(labels.emotions, FLAGS.smoothing_window, FLAGS.minimum_dwell)
    emotions, seconds = timed_changes(smooth, labels.seconds)
    if FLAGS.sequence:
        write_sequence(FLAGS.sequence, make_rows(emotions, seconds))
    logging.info(
        "%s: %d faces, %d changes: %s%s",
        output,
        len(smooth),
        len(emotions),
        ", ".join(emotion.label for emotion in emotions[:20]),
        " …" if len(emotions) > 20 else "",
    )


def _label(source: pathlib.Path, output: pathlib.Path):
    from tqdm import tqdm

    from emotion.labelling.clip_labelling import label_clip, label_folder
    from emotion.labelling.label_files import write_labels
    from encoder.clips.decoding import open_clip
    from encoder.clips.extraction import read_face_table
    from encoder.clips.face_search import count_frames

    if source.is_dir():
        total, unit = len(read_face_table(source)), "face"
    else:
        search = trailer_flags.face_search(FLAGS.person)
        total, unit = count_frames(open_clip(source), search), "frame"

    from emotion.labelling.registry import load_labeller

    labeller = load_labeller(FLAGS.labeller)
    journal = output.with_name(f".{output.name}.jsonl")
    if FLAGS.overwrite:
        journal.unlink(missing_ok=True)
    with tqdm(total=total, unit=unit) as bar:
        if source.is_dir():
            labels = label_folder(source, labeller, bar.update)
        else:
            labels = label_clip(source, journal, labeller, search, bar.update)
    if not labels.emotions:
        raise InputError(
            f"no face was found in {source}; a larger --detection_size finds smaller faces"
        )
    write_labels(output, labels)
    journal.unlink(missing_ok=True)
    return labels


if __name__ == "__main__":
    driver.run(main)
