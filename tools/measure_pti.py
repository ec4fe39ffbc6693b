"""Says whether embedded faces are their persons, with the tuned network and without.

    python tools/measure_pti.py --input=latents --originals=aligned --output=out/pti

For each latent NAME.npy of --input with NAME.tuned.npz beside it: PSNR, SSIM and the distance of
dlib's descriptors from the aligned picture NAME.png of --originals, drawn by the network itself and
by the tuned one; then keyframes of all six emotions, how far they are from the picture's person and
what fer reads in them. Writes scores.csv and sheet.png (picture, drawn by both, keyframes).
"""

from tools import driver
from tools.flag_sets import coefficient as coefficient_flags
from tools.flag_sets import directions as direction_flags
from tools.flag_sets import mask as mask_flags
from tools.flag_sets import network as network_flags
from tools.flag_sets import output as output_flags

import pathlib

import numpy as np
from absl import flags

from emotion.directions import files as direction_files
from emotion.emotion import Emotion
from encoder.embedding.latents import load_latent
from encoder.images import read_image, write_image
from stylegan_tf.errors import InputError
from stylegan_tf.network_difference import NetworkDifference, tuned_path
from stylegan_tf.outputs.whole_folder import WholeFolder
from synthesis.masks import LayerMask

FLAGS = flags.FLAGS
for module in (coefficient_flags, direction_flags, mask_flags, network_flags, output_flags):
    flags.adopt_module_key_flags(module)

flags.DEFINE_string("input", None, "The folder of latents and tuned networks.", required=True)
flags.DEFINE_string("originals", None, "The folder of the aligned pictures.", required=True)
flags.DEFINE_string("output", None, "The folder to write.", required=True)

_SHOWN = [emotion for emotion in Emotion if emotion != Emotion.CALM]


def main() -> None:
    """Measures all faces."""
    network_flags.check()
    mask = LayerMask(FLAGS.mask)
    direction_files.check_directions(FLAGS.directions, _SHOWN)
    latents = sorted(path for path in pathlib.Path(FLAGS.input).glob("*.npy") if path.is_file())
    latents = [path for path in latents if tuned_path(path).is_file()]
    if not latents:
        raise InputError(f"{FLAGS.input} holds no latents with tuned networks beside them")
    originals = [pathlib.Path(FLAGS.originals) / f"{path.stem}.png" for path in latents]
    missing = next((path for path in originals if not path.is_file()), None)
    if missing is not None:
        raise InputError(f"there is no picture {missing}")
    record = output_flags.make_record(FLAGS.network)
    output = WholeFolder(FLAGS.output, record, overwrite=FLAGS.overwrite)
    if not output.is_done():
        measure(latents, originals, mask, output)


def measure(
    latents: list[pathlib.Path], originals: list[pathlib.Path], mask: LayerMask, output: WholeFolder
) -> None:
    """Draws, asks the judges, writes and prints."""
    import pandas as pd
    from tqdm import tqdm

    from emotion.labelling.fer import FerLabeller
    from encoder.captioned_sheet import captioned_sheet
    from synthesis.scores.person_audit import audit_person

    generator = network_flags.load_generator()
    directions = direction_files.load_directions(FLAGS.directions, _SHOWN, generator.num_layers)
    labeller = FerLabeller()
    rows, sheet = [], []
    for path, original in zip(tqdm(latents, unit="face"), originals, strict=True):
        latent = load_latent(path, generator.num_layers, generator.dlatent_size)
        target = read_image(original)
        shared = target, directions, labeller, mask, FLAGS.coefficient
        plain = audit_person(generator, latent, *shared)
        with NetworkDifference.load(tuned_path(path)).applied(generator):
            tuned = audit_person(generator, latent, *shared)
        for network, audit in (("itself", plain), ("tuned", tuned)):
            rows.append(
                {
                    "name": path.stem,
                    "network": network,
                    "psnr": audit.psnr,
                    "ssim": audit.ssim,
                    "identity": audit.identity,
                    "keyframes_median": float(np.nanmedian(audit.keyframe_identities)),
                    "keyframes_worst": float(np.nanmax(audit.keyframe_identities)),
                    "read_of_6": audit.read_as_intended,
                }
            )
        sheet.append([target, plain.pictures[0], *tuned.pictures])
    table = pd.DataFrame(rows)
    captions = ["picture", "network itself", "tuned", *(emotion.label for emotion in _SHOWN)]
    with output.making() as stage:
        table.to_csv(stage / "scores.csv", index=False, float_format="%.4f")
        write_image(stage / "sheet.png", captioned_sheet(sheet, captions))
    print(table.to_string(index=False, float_format="%.3f"))


if __name__ == "__main__":
    driver.run(main)
