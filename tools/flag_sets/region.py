"""Flags of drivers that edit faces: --mask and --region, what of a latent and a face may change."""

from tools.flag_sets import mask as mask_flags

from absl import flags

from stylegan_tf.errors import InputError
from synthesis.masks import LayerMask
from synthesis.regions import REGIONS, Region

FLAGS = flags.FLAGS
flags.adopt_module_key_flags(mask_flags)

flags.DEFINE_enum("region", None, REGIONS, "The part of the face that may change; none: all of it.")


def region() -> Region | None:
    """--region."""
    return None if FLAGS.region is None else Region(FLAGS.region)


def layer_mask() -> LayerMask:
    """--mask; where that is not given, that of --region.

    Raises:
      InputError: both say which layers change.
    """
    chosen = region()
    if chosen is None:
        return LayerMask(FLAGS.mask)
    if not FLAGS["mask"].present:
        return chosen.mask
    if chosen.outline is None:
        raise InputError(f"--region={chosen.name} is a matter of layers: leave --mask out")
    return LayerMask(FLAGS.mask)
