"""Flags of drivers that look for faces in clips."""

from tools.flag_sets import alignment, clip, detection, runner
from tools.flag_sets.numbers import define_number

from typing import TYPE_CHECKING

from absl import flags

if TYPE_CHECKING:
    from encoder.clips.face_search import FaceSearch

FLAGS = flags.FLAGS
for module in (alignment, clip, detection, runner):
    flags.adopt_module_key_flags(module)

define_number("fps", None, "Frames a second to look at; all if unset.", 1e-3, 1000)


def face_search(person: str) -> "FaceSearch":
    """The flags as `encoder.clips.face_search.FaceSearch`."""
    from encoder.clips.face_search import FaceSearch

    return FaceSearch(
        fps=FLAGS.fps,
        person=person,
        detector=FLAGS.detector,
        detection_size=FLAGS.detection_size,
        refine=FLAGS.refine_landmarks,
        runner=runner.make_runner(),
        allow_truncated=FLAGS.allow_truncated,
    )
