"""Renders a labelled set of faces: every subject with the seven expressions.

    python tools/render_faces.py --subjects=30 --output=out/labelled

It stands in for IMPA-FACE3D and MUG, whose pictures only their owners can hand out. Under
--output: s001/calm.png, s001/anger.png, … which `embed_images.py --dataset=folder` reads. Run
again, it renders what is not there yet.
"""

from tools import driver
from tools.flag_sets import output as output_flags
from tools.flag_sets.numbers import define_integer

from absl import flags

from stylegan_tf.outputs.output_folder import OutputFolder

FLAGS = flags.FLAGS
flags.adopt_module_key_flags(output_flags)

flags.DEFINE_string("output", None, "The folder to write.", required=True)
define_integer("subjects", 30, "How many persons.", 1, 100_000)
define_integer("size", 1024, "Side of the pictures in pixels.", 64, 4096)
define_integer("seed", 0, "Of the persons.", 0, 2**32 - 1)


def main() -> None:
    """Renders what is missing."""
    folder = OutputFolder(FLAGS.output, output_flags.make_record(), overwrite=FLAGS.overwrite)

    from encoder.rendered_faces.dataset import write_labelled_faces

    write_labelled_faces(folder, FLAGS.subjects, FLAGS.size, FLAGS.seed)


if __name__ == "__main__":
    driver.run(main)
