"""Flag of drivers that align faces: --refine_landmarks."""

from absl import flags

flags.DEFINE_bool(
    "refine_landmarks", False, "Find landmarks again in the face turned upright; exacter."
)
