"""Says how exactly faces are aligned, on rendered faces whose eyes lie where they were drawn.

    python tools/audit_alignment.py --faces=350

Every face is another person, turned by up to --max_roll degrees, scaled and shifted at random in a
picture of 960×720. Prints how far the true midpoint of the eyes lies from where FFHQ's alignment
puts it, with dlib's landmarks and with refined ones; writes that as JSON to --output.
"""

from tools import driver
from tools.flag_sets import detection as detection_flags
from tools.flag_sets import output as output_flags
from tools.flag_sets import workers as worker_flags
from tools.flag_sets.numbers import define_integer, define_number

from typing import TYPE_CHECKING, Any

import numpy as np
from absl import flags, logging
from tqdm import tqdm

from stylegan_tf.errors import InputError
from stylegan_tf.files.json_files import write_json
from stylegan_tf.outputs.output_file import OutputFile

if TYPE_CHECKING:
    from encoder.rendered_faces.audit import AlignmentAudit

FLAGS = flags.FLAGS
for module in (detection_flags, output_flags, worker_flags):
    flags.adopt_module_key_flags(module)

define_integer("faces", 350, "How many faces.", 1, 10_000_000)
define_number("max_roll", 25, "The most that a face is turned, in degrees.", 0, 180)
define_integer("seed", 0, "Of persons and places.", 0, 2**32 - 1)
flags.DEFINE_string("output", None, "A JSON file to write.")

_NEAR = 0.01  # of the frame's side


def main() -> None:
    """Aligns with both kinds of landmarks and prints what came out."""
    output = None
    if FLAGS.output is not None:
        record = output_flags.make_record()
        output = OutputFile(FLAGS.output, record, overwrite=FLAGS.overwrite)
        if output.is_done():
            logging.info("%s is there already; --overwrite audits again", output.path)
            return

    from encoder.rendered_faces.audit import audit_alignment

    with tqdm(total=FLAGS.faces, unit="face") as bar:
        audits = audit_alignment(
            FLAGS.faces,
            FLAGS.max_roll,
            FLAGS.seed,
            FLAGS.detector,
            FLAGS.detection_size,
            worker_flags.count(),
            bar.update,
        )
    if not np.isfinite(audits[0].distances).any():
        raise InputError(f"the {FLAGS.detector} detector finds none of the faces")
    results: dict[str, Any] = {"flags": output_flags.own_flags()}
    for name, audit in zip(("dlib", "refined"), audits, strict=True):
        results[name] = describe(audit)
        print(
            "{0} landmarks: {faces_found} of {1} faces found, eyes within {2:.0%} of the frame of "
            "their place in {share_near:.1%}; median {median_distance:.2%}, 95 % within "
            "{distance_of_95_percent:.2%}; median roll left {median_roll_degrees:.2f}°".format(
                name, FLAGS.faces, _NEAR, **results[name]
            )
        )
    if output is not None:
        with output.making() as stage:
            write_json(stage / output.path.name, results)


def describe(audit: "AlignmentAudit") -> dict[str, float]:
    """What is printed and written; a face that was not found counts as infinitely far off."""
    found = np.isfinite(audit.distances)
    return {
        "faces_found": int(found.sum()),
        "share_near": audit.share_within(_NEAR),
        "median_distance": float(np.quantile(audit.distances, 0.5, method="higher")),
        "distance_of_95_percent": float(np.quantile(audit.distances, 0.95, method="higher")),
        "median_roll_degrees": float(np.median(np.abs(audit.rolls[found]))),
    }


if __name__ == "__main__":
    driver.run(main)
