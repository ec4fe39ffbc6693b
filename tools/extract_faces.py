"""Extracts aligned 1024×1024 faces from a clip (thesis 3.4).

    python tools/extract_faces.py --input=trailer.mp4 --output=out/faces

Any file that ffmpeg reads. Frames without a face are dropped; of several people one is followed
through each shot. Beside the pictures, faces.csv: frame, seconds, shot, person, box. The folder
appears when it is complete; run it again after an interruption and it goes on.
"""

from tools import driver
from tools.flag_sets import face_search as trailer_flags
from tools.flag_sets import output as output_flags
from tools.flag_sets.numbers import define_integer

from absl import flags, logging

from encoder.faces.alignment import ALIGNED_SIZE
from stylegan_tf.outputs.whole_folder import WholeFolder
from stylegan_tf.outputs.workspace import (
    NothingFoundError,
    check_workspace,
    hand_over,
    workspace,
)

FLAGS = flags.FLAGS
flags.adopt_module_key_flags(output_flags)
flags.adopt_module_key_flags(trailer_flags)

flags.DEFINE_string("input", None, "A video file.", required=True)
flags.DEFINE_string("output", None, "Folder for the faces.", required=True)
flags.DEFINE_enum(
    "person",
    "tracked",
    ["tracked", "largest", "all"],
    "Whose faces: one person a shot, the largest face of each frame, or all.",
)
define_integer("size", ALIGNED_SIZE, "Side of the pictures in pixels.", 16, 4096)


def main() -> None:
    """Checks the clip and extracts its faces."""
    from tqdm import tqdm

    from encoder.clips.decoding import open_clip
    from encoder.clips.extraction import extract_faces, read_face_table
    from encoder.clips.face_search import count_frames

    clip = open_clip(FLAGS.input)
    record = output_flags.make_record()
    output = WholeFolder(FLAGS.output, record, overwrite=FLAGS.overwrite)
    if output.is_done():
        logging.info("%s is complete already; --overwrite starts over", output.path)
        count = len(read_face_table(output.path))
    else:
        check_workspace(output.path, record, overwrite=FLAGS.overwrite)
        search = trailer_flags.face_search(FLAGS.person)
        with (
            output.making() as stage,
            workspace(output.path, record, overwrite=FLAGS.overwrite) as work,
            tqdm(total=count_frames(clip, search), unit="frame") as bar,
        ):
            count = extract_faces(FLAGS.input, work, search, FLAGS.size, bar.update)
            if not count:
                raise NothingFoundError(
                    f"no face was found in {FLAGS.input}; a larger --detection_size finds smaller "
                    "faces"
                )
            hand_over(work, stage)
    logging.info("%s: %d faces", output.path, count)


if __name__ == "__main__":
    driver.run(main)
