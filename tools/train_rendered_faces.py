r"""Trains the generator that ships with the package, from nothing but a seed.

    python tools/train_rendered_faces.py --work=out/rendered-faces \
        --output=stylegan_tf/assets/rendered-faces.pkl.xz

renders the faces, distils them stage by stage (a stopped run goes on where it was) and writes the
official pickle (G, D, Gs). About two hours on two cores.
"""

from tools import driver
from tools.flag_sets import output as output_flags
from tools.flag_sets import strategy as strategy_flags
from tools.flag_sets.numbers import define_integer

from absl import flags, logging

from stylegan_tf.outputs.output_file import OutputFile

FLAGS = flags.FLAGS
flags.adopt_module_key_flags(output_flags)
flags.adopt_module_key_flags(strategy_flags)

_WORK = flags.DEFINE_string(
    "work", None, "Folder for rendered pictures (3 GB) and checkpoints.", required=True
)
_OUTPUT = flags.DEFINE_string("output", None, "The pickle to write.", required=True)
_SEED = define_integer("seed", 0, "Seed of everything that is drawn.", 0, 2**32 - 1)


def main() -> None:
    """Distils the networks and writes the pickle."""
    record = output_flags.make_record(ignored=["strategy", "work"])
    output = OutputFile(_OUTPUT.value, record, overwrite=FLAGS.overwrite)
    if output.is_done():
        logging.info("%s is there already; --overwrite trains it again", output.path)
        return

    replicas = strategy_flags.make_replicas()

    from encoder.rendered_faces.distillation import distil
    from encoder.rendered_faces.networks import save_rendered_networks
    from stylegan_tf.training.replicas import explained

    work = strategy_flags.own_folder(_WORK.value)
    if not replicas.is_chief:
        with explained():
            distil(work, seed=_SEED.value, replicas=replicas)
        return
    with explained(), output.making() as stage:
        network = distil(work, seed=_SEED.value, replicas=replicas)
        save_rendered_networks(stage / output.path.name, network, _SEED.value)


if __name__ == "__main__":
    driver.run(main)
