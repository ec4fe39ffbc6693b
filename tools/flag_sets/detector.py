"""Flag of drivers that find faces: --detector."""

from absl import flags

from encoder.faces.landmarks import DETECTORS

flags.DEFINE_enum(
    "detector", "cnn", DETECTORS, "What finds faces; hog is far faster and near-frontal only."
)
