"""Flag of drivers that change some layers only: --mask."""

from absl import flags

flags.DEFINE_string("mask", "emotion", "emotion, keyframe, pose, none, or layers: 0-7, 0-4:0-255.")
