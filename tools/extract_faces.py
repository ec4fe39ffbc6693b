"""Extracts aligned 1024×1024 faces from a clip (thesis 3.4).

    python tools/extract_faces.py --input=trailer.mp4 --output=out/faces

Any file that ffmpeg reads. Frames without a face are dropped; of several people one is followed
through each shot. Beside the pictures, faces.csv: frame, seconds, shot, person, box. Run it again
after an interruption and it goes on.
"""

import pathlib

from absl import flags, logging

from encoder.faces.alignment import ALIGNED_SIZE
from stylegan_tf.errors import InputError
from tools import driver
from tools.flag_sets import face_search as trailer_flags

FLAGS = flags.FLAGS

flags.DEFINE_string("input", None, "A video file.", required=True)
flags.DEFINE_string("output", None, "Folder for the faces.", required=True)
flags.DEFINE_enum(
    "person",
    "tracked",
    ["tracked", "largest", "all"],
    "Whose faces: one person a shot, the largest face of each frame, or all.",
)
flags.DEFINE_integer("size", ALIGNED_SIZE, "Side of the pictures in pixels.", lower_bound=16)
flags.DEFINE_bool("overwrite", False, "Start over: removes what an earlier run left in --output.")


def main() -> None:
    """Checks the clip and extracts its faces."""
    folder = pathlib.Path(FLAGS.output)
    if folder.exists() and not folder.is_dir():
        raise InputError(f"--output={folder} is a file, not a folder")

    from tqdm import tqdm

    from encoder.clips.decoding import open_clip
    from encoder.clips.extraction import FACES_FILE, extract_faces, remove_faces
    from encoder.clips.face_search import count_frames

    clip = open_clip(FLAGS.input)
    if FLAGS.overwrite:
        remove_faces(folder)
    if (folder / FACES_FILE).exists():
        logging.info("%s is complete already; --overwrite starts over", folder)
        return
    search = trailer_flags.face_search(FLAGS.person)
    with tqdm(total=count_frames(clip, search), unit="frame") as bar:
        count = extract_faces(FLAGS.input, folder, search, FLAGS.size, bar.update)
    logging.info("%s: %d faces", folder, count)
    if not count:
        raise InputError(
            f"no face was found in {FLAGS.input}; a larger --detection_size finds smaller faces"
        )


if __name__ == "__main__":
    driver.run(main)
