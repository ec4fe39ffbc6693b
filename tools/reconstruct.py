"""Draws latents, beside the pictures they were embedded from (thesis, figures 17 and 18).

    python tools/reconstruct.py --input=latents --originals=aligned --output=reconstructed

For each latent NAME.npy there is NAME.png in --output, drawn with NAME.tuned.npz where that lies
beside the latent. With --originals, the folder of the aligned
pictures of the same names, there are also sheet.png (originals above, reconstructions below) and
scores.csv: PSNR and SSIM, the VGG16 distance in squared features of the original, and the distance
of dlib's face descriptors (empty where no face is found).
"""

from tools import driver
from tools.flag_sets import detector as detector_flags
from tools.flag_sets import network as network_flags
from tools.flag_sets import output as output_flags
from tools.flag_sets import perceptual as perceptual_flags
from tools.flag_sets import tuned as tuned_flags
from tools.flag_sets.numbers import define_integer

import contextlib
import os
import pathlib

import numpy as np
import pandas as pd
from absl import flags, logging
from tqdm import tqdm

from encoder.embedding.latents import load_latent
from encoder.images import IMAGE_SUFFIXES, read_image, write_image
from stylegan_tf.errors import InputError
from stylegan_tf.outputs.output_folder import OutputFolder
from stylegan_tf.outputs.record import describe_file

FLAGS = flags.FLAGS
for module in (detector_flags, network_flags, output_flags, perceptual_flags, tuned_flags):
    flags.adopt_module_key_flags(module)

flags.DEFINE_multi_string(
    "input", None, "A latent file (.npy) or a folder; repeat for more.", required=True
)
flags.DEFINE_string("output", None, "The folder to write.", required=True)
flags.DEFINE_string("originals", None, "The folder of the aligned pictures, to compare with.")
define_integer("seed", 0, "Of random weights.", 0, 2**32 - 1)
define_integer("max_columns", 16, "How many pictures the sheet shows.", 1, 1000)


_COMPARISON = "comparison/"  # an item that no latent is called
_OF_COMPARISON = ("originals", "vgg_weights", "seed", "detector", "max_columns")


def main() -> None:
    """Draws and compares."""
    network_flags.check()
    latents = find_latents(FLAGS.input)
    for path in latents:
        load_latent(path, w_size=None)  # the generator will say
        tuned_flags.check([path])
    if FLAGS.originals is None:
        for name in _OF_COMPARISON[1:]:
            if FLAGS[name].present:
                raise InputError(f"--{name} is for --originals only")
        originals = []
    else:
        perceptual_flags.check()
        if os.path.realpath(FLAGS.originals) == os.path.realpath(FLAGS.output):
            raise InputError("--originals and --output are one folder; compare with the originals")
        originals = find_originals(latents, pathlib.Path(FLAGS.originals))
    record = output_flags.make_record(FLAGS.network, ignored=["input", *_OF_COMPARISON])
    folder = OutputFolder(
        FLAGS.output, record, overwrite=FLAGS.overwrite, record_name="reconstruction.json"
    )
    checksums = {
        path.stem: "+".join(
            describe_file(file).sha256 for file in (path, *tuned_flags.used_files([path]))
        )
        for path in latents
    }
    pending = [
        path
        for path in latents
        if not folder.is_done(path.stem, checksums[path.stem], [f"{path.stem}.png"])
    ]
    if originals:
        folder.is_done(
            _COMPARISON, expected=["scores.csv", "sheet.png"]
        )  # refuses what is not ours
    with folder.opened():
        if pending:
            folder.forget(_COMPARISON)  # of other pictures
            draw(pending, folder, checksums)
        if originals:
            compare(latents, originals, folder)


def find_latents(inputs: list[str]) -> list[pathlib.Path]:
    """The latent files that files and folders name."""
    paths = []
    for path in map(pathlib.Path, inputs):
        if path.is_dir():
            found = sorted(p for p in path.glob("*.npy") if not p.name.startswith("."))
            if not found:
                raise InputError(f"{path} holds no latents (.npy)")
            paths += found
        else:
            paths.append(path)
    names = [path.stem for path in paths]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise InputError(f"two latents are called {twice}")
    return paths


def find_originals(latents: list[pathlib.Path], folder: pathlib.Path) -> list[pathlib.Path]:
    """The picture of the same name for each latent."""
    if not folder.is_dir():
        raise InputError(f"there is no folder --originals={folder}")
    pictures = {p.stem: p for p in folder.iterdir() if p.suffix.lower() in IMAGE_SUFFIXES}
    missing = [path.stem for path in latents if path.stem not in pictures]
    if missing:
        raise InputError(f"{folder} has no picture {missing[0]} ({len(missing)} are missing)")
    return [pictures[path.stem] for path in latents]


def draw(pending: list[pathlib.Path], folder: OutputFolder, checksums: dict[str, str]) -> None:
    """NAME.png of every latent that has none yet."""
    from stylegan_tf import to_uint8

    generator = network_flags.load_generator()
    for path in tqdm(pending, "drawing", unit="latent"):
        w = load_latent(path, generator.num_layers, generator.dlatent_size)
        tuned = tuned_flags.load_tuned([path])
        with contextlib.nullcontext() if tuned is None else tuned.applied(generator):
            picture = to_uint8(generator.synthesize(w[None]))[0]
        with folder.making(path.stem, checksums[path.stem]) as stage:
            write_image(stage / f"{path.stem}.png", picture)
    logging.info("%d pictures written to %s", len(pending), folder.path)


def compare(
    latents: list[pathlib.Path], originals: list[pathlib.Path], folder: OutputFolder
) -> None:
    """scores.csv and sheet.png, and the medians on the screen."""
    from encoder.captioned_sheet import captioned_sheet
    from encoder.embedding.perceptual import PerceptualModel
    from encoder.embedding.reconstruction import compare_images

    perceptual = PerceptualModel("vgg16-conv5", FLAGS.vgg_weights, FLAGS.seed)
    scores: list[dict[str, float]] = []
    shown: list[tuple[np.ndarray, np.ndarray]] = []
    for path, original in zip(tqdm(latents, "comparing", unit="latent"), originals, strict=True):
        target, result = read_image(original), read_image(folder.path / f"{path.stem}.png")
        scores.append(compare_images(target, result, perceptual, FLAGS.detector))
        if len(shown) < FLAGS.max_columns:
            shown.append((target, result))
    names = [path.stem for path in latents]
    table = pd.DataFrame(scores, index=pd.Index(names, name="name"))
    sheet = captioned_sheet(list(zip(*shown, strict=True)), names[: len(shown)])
    with folder.making(_COMPARISON) as stage:
        table.to_csv(stage / "scores.csv", float_format="%.4f")
        write_image(stage / "sheet.png", sheet)
    print(table.to_string(float_format="%.3f"))
    if len(table) > 1 and np.isfinite(table["psnr"]).all():
        print("median", table.median().to_string(float_format="%.3f"), sep="\n")


if __name__ == "__main__":
    driver.run(main)
