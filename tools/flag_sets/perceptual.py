"""Flag of drivers that compare pictures by a network's features: --vgg_weights."""

import pathlib

from absl import flags

from stylegan_tf.errors import InputError

FLAGS = flags.FLAGS

flags.DEFINE_string("vgg_weights", "imagenet", "imagenet, random, or a file of VGG16's weights.")


def check() -> None:
    """Refuses a --vgg_weights that is no file, without TensorFlow."""
    weights = FLAGS.vgg_weights
    if weights not in ("imagenet", "random") and not pathlib.Path(weights).is_file():
        raise InputError(f"--vgg_weights={weights} is not a file, imagenet or random")
