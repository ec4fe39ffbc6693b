"""Tunes the rendered head's expressions until fer reads them.

    python tools/tune_face_expressions.py --output=out/units.json --persons=24 --trials=20

A random search over the weights of face units, from those in
`encoder/rendered_faces/head/expressions.py`, on persons that nothing is measured on. The best
weights so far are said after every trial and written at the end; they are copied into that module
by hand, after looking at them.
"""

from tools import driver
from tools.flag_sets import output as output_flags
from tools.flag_sets.numbers import define_integer

from typing import TYPE_CHECKING

from absl import flags, logging

from stylegan_tf.errors import InputError
from stylegan_tf.files.json_files import format_json, write_json
from stylegan_tf.outputs.output_file import OutputFile

if TYPE_CHECKING:
    import numpy as np

FLAGS = flags.FLAGS
flags.adopt_module_key_flags(output_flags)

_OUTPUT = flags.DEFINE_string("output", None, "JSON file to write.", required=True)
_EMOTIONS = flags.DEFINE_list(
    "emotions",
    ["calm", "surprise", "fear", "sadness", "anger", "disgust", "happiness"],
    "Which to tune, in this order.",
)
_PERSONS = define_integer("persons", 24, "Faces that judge each trial.", 1, 100_000)
_TRIALS = define_integer("trials", 20, "Trials an emotion.", 1, 1_000_000)
_SEED = define_integer("seed", 0, "Of the search.", 0, 2**32 - 1)


def main() -> None:
    """Searches emotion after emotion."""
    from emotion.labelling.crop import crop_aligned_face
    from emotion.labelling.registry import load_labeller
    from encoder.rendered_faces.head.expression_search import ALLOWED, search_expression
    from encoder.rendered_faces.head.workers import RendererPool

    unknown = sorted(set(_EMOTIONS.value) - set(ALLOWED))
    if unknown:
        raise InputError(f"--emotions={unknown[0]} is none of {', '.join(ALLOWED)}")
    output = OutputFile(_OUTPUT.value, output_flags.make_record(), overwrite=FLAGS.overwrite)
    if output.is_done():
        logging.info("%s is there already; --overwrite searches again", output.path)
        return
    labeller = load_labeller("fer")
    found = {}

    def judge(images: list["np.ndarray"]) -> "np.ndarray":
        return labeller.predict([crop_aligned_face(image) for image in images])[1]

    with output.making() as stage, RendererPool() as pool:
        for emotion in _EMOTIONS.value:
            readings = search_expression(
                emotion, pool, judge, _PERSONS.value, _TRIALS.value, _SEED.value
            )
            for trial, best in enumerate(readings):
                units = {k: round(v, 2) for k, v in best.units.items() if v >= 0.01}
                found[emotion] = {"units": units, "score": best.score, "read": best.read}
                logging.info("%s, trial %d: %s", emotion, trial, format_json(found[emotion], None))
        write_json(stage / output.path.name, found)


if __name__ == "__main__":
    driver.run(main)
