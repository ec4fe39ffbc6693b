"""Turns an official pickle into Keras files, and such files into an official pickle again.

Examples:
  python tools/convert_network.py --input=network.pkl --output=network_keras
  python tools/convert_network.py --input=network.pkl --output=network_h5 --format=weights
  python tools/convert_network.py --input=network_keras --output=again.pkl

A folder of Keras files holds one `.keras` model (or `.weights.h5`) a network and `networks.json`,
which says what they are. `keras.models.load_model` opens a `.keras` file after
`import stylegan_tf.network_file`. An official pickle written from the folder has the same
variables, bit for bit. `--output=NAME.pkl.xz` packs the pickle.
"""

from tools import driver
from tools.flag_sets import output as output_flags
from tools.flag_sets.network import check_network, refuse_precision

import pathlib

from absl import flags, logging

from stylegan_tf.errors import InputError
from stylegan_tf.outputs.output_file import OutputFile
from stylegan_tf.outputs.whole_folder import WholeFolder

FLAGS = flags.FLAGS
flags.adopt_module_key_flags(output_flags)

flags.DEFINE_string("input", None, "A pickle (path, name or address) or a folder.", required=True)
flags.DEFINE_string("output", None, "A folder, or NAME.pkl or NAME.pkl.xz.", required=True)
flags.DEFINE_enum("format", "keras", ["keras", "weights"], "What the folder is to hold.")


def main() -> None:
    """Checks the names and converts."""
    refuse_precision("no image is computed")
    output, source = pathlib.Path(FLAGS.output), pathlib.Path(FLAGS.input)
    to_pickle = output.name.endswith((".pkl", ".pkl.xz"))
    if source.is_dir() and not to_pickle:
        raise InputError(f"--output={output}: a folder becomes a pickle, NAME.pkl or NAME.pkl.xz")
    if not source.is_dir():
        check_network(FLAGS.input)
    elif not (source / "networks.json").is_file():
        raise InputError(f"{source} holds no networks.json: it is no folder of Keras networks")
    record = output_flags.make_record(None if source.is_dir() else FLAGS.input)
    kind = OutputFile if to_pickle else WholeFolder
    result = kind(output, record, overwrite=FLAGS.overwrite)
    if result.is_done():
        logging.info("%s is there already; --overwrite writes it again", output)
        return

    from stylegan_tf.keras_files import load_keras, save_keras
    from stylegan_tf.network_file import load_networks, save_networks

    nets = load_keras(source) if source.is_dir() else load_networks(FLAGS.input)
    with result.making() as stage:
        if to_pickle:
            save_networks(stage / output.name, nets)
        else:
            save_keras(stage, nets, weights_only=FLAGS.format == "weights")
    logging.info("written: %s", output)


if __name__ == "__main__":
    driver.run(main)
