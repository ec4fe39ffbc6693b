"""Draws the losses of trained baselines as curves, a panel each.

python tools/plot_training.py --mocogan=out/mocogan --tgan=out/tgan --output=out/losses.png
"""

from tools import driver
from tools.flag_sets import baselines as baseline_flags

from absl import flags, logging

from stylegan_tf.errors import InputError

FLAGS = flags.FLAGS
flags.adopt_module_key_flags(baseline_flags)

flags.DEFINE_string("output", None, "The picture to write, .png; replaced.", required=True)
flags.register_validator("output", lambda path: path.endswith(".png"), "must end in .png")


def main() -> None:
    """Reads the logs and draws."""
    trainings = baseline_flags.trainings()
    if not trainings:
        given = ", ".join(f"--{name}" for name in baseline_flags.NAMES)
        raise InputError(f"name a training with one of {given}")

    from synthesis.baselines.training_log import plot_losses, read_losses

    losses = {baseline_flags.NAMES[name]: read_losses(path) for name, path in trainings.items()}
    plot_losses(FLAGS.output, losses)
    logging.info("%s is written", FLAGS.output)


if __name__ == "__main__":
    driver.run(main)
