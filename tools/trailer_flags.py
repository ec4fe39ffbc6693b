"""Flags of drivers that look for faces in clips."""

from absl import flags

FLAGS = flags.FLAGS

flags.DEFINE_float("fps", None, "Frames a second to look at; all if unset.", lower_bound=1e-3)
flags.DEFINE_enum("detector", "cnn", ["cnn", "hog"], "hog is far faster and near-frontal only.")
flags.DEFINE_integer(
    "detection_size",
    640,
    "Longest side of the searched picture; larger finds smaller faces, its square is the time.",
    lower_bound=80,
)


def face_search(person: str):
    """The flags as `emotion.trailers.FaceSearch`."""
    from emotion.trailers import FaceSearch

    return FaceSearch(FLAGS.fps, person, FLAGS.detector, FLAGS.detection_size)
