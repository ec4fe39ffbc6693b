"""Asks independent judges about a generator and its directions.

    python tools/audit_generator.py --faces=200 --keyframe_faces=20

Counts the faces that dlib's CNN detector finds in random pictures, then shows random faces with
each emotion under each mask: what does fer read, and does dlib still see the same person? Prints
tables, and writes them as JSON to --output.
"""

from tools import driver
from tools.flag_sets import coefficient as coefficient_flags
from tools.flag_sets import directions as direction_flags
from tools.flag_sets import network as network_flags
from tools.flag_sets import output as output_flags
from tools.flag_sets import truncation
from tools.flag_sets.numbers import define_integer

from typing import TYPE_CHECKING, Any

from absl import flags, logging
from tqdm import tqdm

from emotion.directions import files as direction_files
from emotion.emotion import Emotion
from stylegan_tf.files.json_files import write_json
from stylegan_tf.outputs.output_file import OutputFile
from synthesis.masks import LayerMask

if TYPE_CHECKING:
    import numpy as np

    from synthesis.scores.emotion_audit import EmotionAudit

FLAGS = flags.FLAGS
for module in (coefficient_flags, direction_flags, network_flags, output_flags, truncation):
    flags.adopt_module_key_flags(module)
flags.DEFINE_string("output", None, "A JSON file to write.")
define_integer("faces", 200, "Random faces to look for, seeds 0 upwards.", 0, 10_000_000)
define_integer("keyframe_faces", 20, "Random faces to move, likewise.", 2, 100_000)
flags.DEFINE_list("masks", ["emotion", "keyframe", "none"], "What directions may change.")


def main() -> None:
    """Runs both audits and prints what they say."""
    network_flags.check()
    emotions = [emotion for emotion in Emotion if emotion != Emotion.CALM]
    direction_files.check_directions(FLAGS.directions, emotions)
    masks = {name: LayerMask(name) for name in FLAGS.masks}
    output = None
    if FLAGS.output is not None:
        record = output_flags.make_record(FLAGS.network)
        output = OutputFile(FLAGS.output, record, overwrite=FLAGS.overwrite)
        if output.is_done():
            logging.info("%s is there already; --overwrite audits again", output.path)
            return

    from synthesis.scores.emotion_audit import audit_emotions, count_faces

    generator = network_flags.load_generator()

    def random_latents(count: int) -> "np.ndarray":
        return generator.map(generator.sample_z(range(count)), truncation_psi=FLAGS.truncation_psi)

    results: dict[str, Any] = {"flags": output_flags.own_flags()}
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
    if output is not None:
        with output.making() as stage:
            write_json(stage / output.path.name, results)


def describe(audit: "EmotionAudit") -> dict:
    """An audit as JSON."""
    import numpy as np

    return {
        "read_as_intended": audit.read_as_intended,
        "same_person": audit.same_person,
        "mean_identity_distance": float(np.nanmean(audit.identity_distances)),
        "mean_distance_between_persons": float(audit.between_persons.mean()),
        "confusion": audit.confusion.tolist(),
    }


def print_audit(mask: str, audit: "EmotionAudit") -> None:
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
