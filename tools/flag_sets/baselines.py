"""Flags of drivers that show or score baselines: --tgan, --mocogan, --vgan, --dvdgan."""

import pathlib

from absl import flags

from stylegan_tf.errors import InputError

FLAGS = flags.FLAGS
# Flag → the name in tables, in the thesis' order (table 1); VGAN and DVD-GAN are not in it.
NAMES = {"tgan": "TGAN", "mocogan": "MoCoGAN", "vgan": "VGAN", "dvdgan": "DVD-GAN"}

for flag, name in NAMES.items():
    flags.DEFINE_string(
        flag, None, f"{name}'s training: a folder of tools/train_baseline.py --model={flag}."
    )


def trainings() -> dict[str, pathlib.Path]:
    """Flag → the folder of the training, for each that is given.

    Raises:
      InputError: a folder is not that of such a training, with a checkpoint.
    """
    from synthesis.baselines.training_folder import read_training

    found = {}
    for flag in NAMES:
        if FLAGS[flag].value is not None:
            folder = pathlib.Path(str(FLAGS[flag].value))
            model = read_training(folder).model
            if model != flag:
                raise InputError(f"--{flag}={folder} is the training of a {model}")
            found[flag] = folder
    return found
