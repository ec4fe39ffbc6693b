"""Flag of drivers that work in several processes: --num_workers."""

from tools.flag_sets.numbers import define_integer

from absl import flags

from stylegan_tf.runners.local_runner import count_cores

FLAGS = flags.FLAGS

define_integer(
    "num_workers",
    None,
    "Processes that work side by side; unset, one a core where faces are searched or drawn, and "
    "one where a network works, which uses all cores.",
    1,
    100_000,
)


def count(otherwise: int | None = None) -> int:
    """--num_workers; if it is unset `otherwise`, and one a core without that."""
    if FLAGS.num_workers is not None:
        return int(FLAGS.num_workers)
    return otherwise or count_cores()
