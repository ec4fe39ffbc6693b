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

import pathlib

from absl import flags

from stylegan_tf.errors import InputError
from tools import driver
from tools.flag_sets import values as flag_values

FLAGS = flags.FLAGS
flags.DEFINE_string("input", None, "A pickle (path, name or address) or a folder.", required=True)
flags.DEFINE_string("output", None, "A folder, or NAME.pkl or NAME.pkl.xz.", required=True)
flags.DEFINE_enum("format", "keras", ["keras", "weights"], "What the folder is to hold.")
flags.DEFINE_bool("overwrite", False, "Write over what is there.")


def main() -> None:
    output, source = pathlib.Path(FLAGS.output), pathlib.Path(FLAGS.input)
    to_pickle = output.name.endswith((".pkl", ".pkl.xz"))
    if source.is_dir() and not to_pickle:
        raise InputError(f"--output={output}: a folder becomes a pickle, NAME.pkl or NAME.pkl.xz")
    if not source.is_dir():
        flag_values.check_network(FLAGS.input)
    if output.exists() and not FLAGS.overwrite:
        print(f"{output} is there already; --overwrite writes it again")
        return

    from stylegan_tf.keras_files import load_keras, save_keras
    from stylegan_tf.network_file import load_networks, save_networks

    nets = load_keras(source) if source.is_dir() else load_networks(FLAGS.input)
    if to_pickle:
        save_networks(output, nets)
    else:
        save_keras(output, nets, weights_only=FLAGS.format == "weights")
    print(f"written: {output}")


if __name__ == "__main__":
    driver.run(main)
