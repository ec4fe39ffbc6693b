"""Says how exactly faces are aligned, on rendered faces whose eyes lie where they were drawn.

    python tools/audit_alignment.py --faces=350

Every face is another person, turned by up to --max_roll degrees, scaled and shifted at random in a
picture of 960×720. Prints how far the true midpoint of the eyes lies from where FFHQ's alignment
puts it, with dlib's landmarks and with refined ones; writes that as JSON to --output.
"""

import json

import numpy as np
from absl import flags
from tqdm import tqdm

from encoder.faces.landmarks import DETECTION_SIZE, DETECTORS
from encoder.worker_pool import count_cores
from stylegan_tf.errors import InputError
from stylegan_tf.files import write_atomically
from tools import driver
from tools.flag_sets import values as flag_values

FLAGS = flags.FLAGS

flags.DEFINE_integer("faces", 350, "How many faces.", lower_bound=1)
flags.DEFINE_float("max_roll", 25, "The most that a face is turned, in degrees.", 0, 180)
flags.DEFINE_integer("seed", 0, "Of persons and places.", lower_bound=0)
flags.DEFINE_enum("detector", "cnn", DETECTORS, "What finds the faces.")
flags.DEFINE_integer(
    "detection_size", DETECTION_SIZE, "Longest side while searching, in pixels.", lower_bound=80
)
flags.DEFINE_integer("workers", count_cores(), "Processes; one a core if unset.", lower_bound=1)
flags.DEFINE_string("output", None, "A JSON file to write.")

_NEAR = 0.01  # of the frame's side


def main() -> None:
    """Aligns with both kinds of landmarks and prints what came out."""
    from encoder.rendered_faces.audit import audit_alignment

    with tqdm(total=FLAGS.faces, unit="face") as bar:
        audits = audit_alignment(
            FLAGS.faces,
            FLAGS.max_roll,
            FLAGS.seed,
            FLAGS.detector,
            FLAGS.detection_size,
            FLAGS.workers,
            bar.update,
        )
    if not np.isfinite(audits[0].distances).any():
        raise InputError(f"the {FLAGS.detector} detector finds none of the faces")
    results = {"flags": flag_values.own_flags()}
    for name, audit in zip(("dlib", "refined"), audits, strict=True):
        results[name] = describe(audit)
        print(
            "{0} landmarks: {faces_found} of {1} faces found, eyes within {2:.0%} of the frame of "
            "their place in {share_near:.1%}; median {median_distance:.2%}, 95 % within "
            "{distance_of_95_percent:.2%}; median roll left {median_roll_degrees:.2f}°".format(
                name, FLAGS.faces, _NEAR, **results[name]
            )
        )
    if FLAGS.output:
        with write_atomically(FLAGS.output) as path:
            path.write_text(json.dumps(results, indent=2) + "\n", "utf-8")


def describe(audit) -> dict[str, float]:
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
