"""Asks independent judges about a generator and its directions.

    python tools/audit_generator.py --faces=200 --keyframe_faces=20

Counts the faces that dlib's CNN detector finds in random pictures, then shows random faces with
each emotion under each mask: what does fer read, and does dlib still see the same person? Prints
tables, and writes them as JSON to --output.
"""

import json

from absl import flags
from tqdm import tqdm

from emotion.directions import files as direction_files
from emotion.emotion import Emotion
from stylegan_tf.files import write_atomically
from synthesis.keyframes import EMOTION_COEFFICIENT
from synthesis.masks import LayerMask
from tools import driver
from tools.flag_sets import values as flag_values

FLAGS = flags.FLAGS

flags.DEFINE_string(
    "network", flag_values.SHIPPED_NETWORKS[0], "A network pickle, or the name of one that ships."
)
flags.DEFINE_string("directions", direction_files.SHIPPED[0], "A folder, or directions that ship.")
flags.DEFINE_string("output", None, "A JSON file to write.")
flags.DEFINE_integer("faces", 200, "Random faces to look for, seeds 0 upwards.", lower_bound=0)
flags.DEFINE_integer("keyframe_faces", 20, "Random faces to move, likewise.", lower_bound=2)
flags.DEFINE_float("truncation_psi", 0.7, "1 as drawn, 0 the average face.")
flags.DEFINE_float("coefficient", EMOTION_COEFFICIENT, "How far along a direction (thesis 4.4).")
flags.DEFINE_list("masks", ["emotion", "keyframe", "none"], "What directions may change.")


def main() -> None:
    """Runs both audits and prints what they say."""
    flag_values.check_network(FLAGS.network)
    emotions = [emotion for emotion in Emotion if emotion != Emotion.CALM]
    direction_files.check_directions(FLAGS.directions, emotions)
    masks = {name: LayerMask(name) for name in FLAGS.masks}

    from stylegan_tf import load_networks
    from synthesis.scores.emotion_audit import audit_emotions, count_faces

    generator = load_networks(FLAGS.network).Gs

    def random_latents(count: int):
        return generator.map(generator.sample_z(range(count)), truncation_psi=FLAGS.truncation_psi)

    results = {"flags": flag_values.own_flags()}
    if FLAGS.faces:
        with tqdm(total=FLAGS.faces, desc="faces", unit="face") as bar:
            counts = count_faces(generator, random_latents(FLAGS.faces), bar.update)
        share = float((counts == 1).mean())
        results["exactly_one_face"] = share
        print(f"exactly one face found in {share:.1%} of {FLAGS.faces} random pictures")
    directions = direction_files.load_directions(FLAGS.directions, emotions, generator.num_layers)
    latents = random_latents(FLAGS.keyframe_faces)
    results["masks"] = {}
    for name, mask in masks.items():
        with tqdm(total=7 * len(latents), desc=f"mask {name}", unit="picture") as bar:
            audit = audit_emotions(
                generator, latents, directions, mask, FLAGS.coefficient, bar.update
            )
        results["masks"][name] = describe(audit)
        print_audit(name, audit)
    if FLAGS.output:
        with write_atomically(FLAGS.output) as path:
            path.write_text(json.dumps(results, indent=2) + "\n", "utf-8")


def describe(audit) -> dict:
    """An audit as JSON."""
    import numpy as np

    return {
        "read_as_intended": audit.read_as_intended,
        "same_person": audit.same_person,
        "mean_identity_distance": float(np.nanmean(audit.identity_distances)),
        "mean_distance_between_persons": float(audit.between_persons.mean()),
        "confusion": audit.confusion.tolist(),
    }


def print_audit(mask: str, audit) -> None:
    """The confusion matrix and the shares."""
    labels = [emotion.label for emotion in Emotion]
    print(f"\nmask {mask}: rows intended, columns read by fer")
    print(" " * 10 + "".join(f"{label:>10}" for label in labels))
    for label, row in zip(labels, audit.confusion, strict=True):
        print(f"{label:10}" + "".join(f"{count:10d}" for count in row))
    content = describe(audit)
    print(
        f"read as intended: {content['read_as_intended']:.1%} of the keyframes; same person by "
        f"dlib: {content['same_person']:.1%}; distance to the calm face "
        f"{content['mean_identity_distance']:.3f}, between persons "
        f"{content['mean_distance_between_persons']:.3f}"
    )


if __name__ == "__main__":
    driver.run(main)
