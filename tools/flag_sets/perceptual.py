"""Flag of drivers that compare pictures by a network's features: --vgg_weights."""

from absl import flags

from encoder.embedding.vgg_weights import VGG_WEIGHTS, are_vgg_weights
from stylegan_tf.errors import InputError

FLAGS = flags.FLAGS

flags.DEFINE_string(
    "vgg_weights", "imagenet", f"{', '.join(VGG_WEIGHTS)}, or a file of VGG16's weights."
)


def check() -> None:
    """Refuses a --vgg_weights that is no file, without TensorFlow."""
    weights = FLAGS.vgg_weights
    if not are_vgg_weights(weights):
        raise InputError(f"--vgg_weights={weights} is not a file, {', '.join(VGG_WEIGHTS)}")
