"""Draws the losses of trained baselines as curves, a panel each.

python tools/plot_training.py --mocogan=out/mocogan --tgan=out/tgan --output=out/losses.png
"""

from tools import driver
from tools.flag_sets import baselines as baseline_flags
from tools.flag_sets import output as output_flags

import dataclasses

from absl import flags, logging

from stylegan_tf.errors import InputError
from stylegan_tf.outputs.output_file import OutputFile
from stylegan_tf.outputs.record import describe_inputs

FLAGS = flags.FLAGS
flags.adopt_module_key_flags(baseline_flags)
flags.adopt_module_key_flags(output_flags)

flags.DEFINE_string("output", None, "The picture to write, .png.", required=True)
flags.register_validator("output", lambda path: path.endswith(".png"), "must end in .png")


def main() -> None:
    """Reads the logs and draws."""
    trainings = baseline_flags.trainings()
    if not trainings:
        given = ", ".join(f"--{name}" for name in baseline_flags.NAMES)
        raise InputError(f"name a training with one of {given}")

    from synthesis.baselines.training_log import LOG_FOLDER, plot_losses, read_losses

    logs = {name: describe_inputs([path / LOG_FOLDER]) for name, path in trainings.items()}
    record = dataclasses.replace(output_flags.make_record(ignored=trainings), inputs=logs)
    output = OutputFile(FLAGS.output, record, overwrite=FLAGS.overwrite)
    if output.is_done():
        logging.info("%s is there already; --overwrite draws again", output.path)
        return
    losses = {baseline_flags.NAMES[name]: read_losses(path) for name, path in trainings.items()}
    with output.making() as stage:
        plot_losses(stage / output.path.name, losses)
    logging.info("%s is written", output.path)


if __name__ == "__main__":
    driver.run(main)
