"""Flags of drivers that look for faces in clips."""

from absl import flags

from encoder.faces.landmarks import DETECTION_SIZE, DETECTORS
from encoder.worker_pool import count_cores

FLAGS = flags.FLAGS

flags.DEFINE_float("fps", None, "Frames a second to look at; all if unset.", lower_bound=1e-3)
flags.DEFINE_enum("detector", "cnn", DETECTORS, "hog is far faster and near-frontal only.")
flags.DEFINE_integer(
    "detection_size",
    DETECTION_SIZE,
    "Longest side of the searched picture; larger finds smaller faces, its square is the time.",
    lower_bound=80,
)
flags.DEFINE_bool(
    "refine_landmarks", False, "Find landmarks again in the face turned upright; exacter."
)
flags.DEFINE_integer(
    "workers", count_cores(), "Processes that search for faces; one a core if unset.", lower_bound=1
)


def face_search(person: str):
    """The flags as `encoder.clips.face_search.FaceSearch`."""
    from encoder.clips.face_search import FaceSearch

    return FaceSearch(
        fps=FLAGS.fps,
        person=person,
        detector=FLAGS.detector,
        detection_size=FLAGS.detection_size,
        refine=FLAGS.refine_landmarks,
        workers=FLAGS.workers,
    )
