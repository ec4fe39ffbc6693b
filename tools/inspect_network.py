"""Prints what a network pickle holds: its options, and its layers with shapes and parameters.

Example:
  python tools/inspect_network.py --network=stylegan2-ffhq-config-f.pkl
"""

from tools import driver
from tools.flag_sets import network as network_flags

from absl import flags

FLAGS = flags.FLAGS
flags.adopt_module_key_flags(network_flags)

flags.DEFINE_enum("role", "all", ["all", "G", "D", "Gs"], "Which of the file's networks.")
flags.DEFINE_bool("variables", False, "Print every variable, not every layer.")


def main() -> None:
    """Reads the pickle and describes it."""
    network_flags.check()
    network_flags.refuse_precision("no image is computed")

    from stylegan_tf.inspection.summary import describe
    from stylegan_tf.pickles.reader import read_pickle
    from stylegan_tf.zoo import find_network_file

    states = read_pickle(find_network_file(FLAGS.network))
    print(describe(states, None if FLAGS.role == "all" else FLAGS.role, FLAGS.variables))


if __name__ == "__main__":
    driver.run(main)
