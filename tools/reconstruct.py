"""Draws latents, beside the pictures they were embedded from (thesis, figures 17 and 18).

    python tools/reconstruct.py --input=latents --originals=aligned --output=reconstructed

For each latent NAME.npy there is NAME.png in --output. With --originals, the folder of the aligned
pictures of the same names, there are also sheet.png (originals above, reconstructions below) and
scores.csv: PSNR and SSIM, the VGG16 distance in squared features of the original, and the distance
of dlib's face descriptors (empty where no face is found).
"""

import json
import pathlib

import numpy as np
import pandas as pd
from absl import flags, logging
from tqdm import tqdm

from encoder.embedding.latents import load_latent
from encoder.faces.landmarks import DETECTORS
from encoder.images import IMAGE_SUFFIXES, read_image, write_image
from stylegan_tf.errors import InputError
from stylegan_tf.files import write_atomically
from tools import driver
from tools.flag_sets import values as flag_values

FLAGS = flags.FLAGS

flags.DEFINE_string(
    "network", flag_values.SHIPPED_NETWORKS[0], "A network pickle, or the name of one that ships."
)
flags.DEFINE_multi_string(
    "input", None, "A latent file (.npy) or a folder; repeat for more.", required=True
)
flags.DEFINE_string("output", None, "The folder to write.", required=True)
flags.DEFINE_string("originals", None, "The folder of the aligned pictures, to compare with.")
flags.DEFINE_string("vgg_weights", "imagenet", "imagenet, random, or a file of VGG16's weights.")
flags.DEFINE_integer("seed", 0, "Of random weights.", lower_bound=0)
flags.DEFINE_enum("detector", "cnn", DETECTORS, "What finds the faces to compare.")
flags.DEFINE_integer("max_columns", 16, "How many pictures the sheet shows.", lower_bound=1)
flags.DEFINE_bool("overwrite", False, "Make everything again.")


def main() -> None:
    """Draws and compares."""
    flag_values.check_network(FLAGS.network)
    output = pathlib.Path(FLAGS.output)
    if output.exists() and not output.is_dir():
        raise InputError(f"--output={output} is a file; give a folder")
    latents = find_latents(FLAGS.input)
    for path in latents:
        load_latent(path, w_size=None)  # the generator will say
    if FLAGS.originals is None:
        for name in ("vgg_weights", "seed", "detector", "max_columns"):
            if FLAGS[name].present:
                raise InputError(f"--{name} is for --originals only")
        originals = []
    else:
        flag_values.check_vgg_weights()
        originals = find_originals(latents, pathlib.Path(FLAGS.originals))
    record = output / "reconstruction.json"
    if record.exists() and not FLAGS.overwrite and "network" in flag_values.changed_flags(record):
        raise InputError(
            f"{output} was drawn by another --network; give another --output, or --overwrite"
        )
    draw(latents, output, record)
    if originals:
        compare(latents, originals, output)


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


def draw(latents: list[pathlib.Path], output: pathlib.Path, record: pathlib.Path) -> None:
    """NAME.png of every latent that has none yet."""
    pending = [p for p in latents if FLAGS.overwrite or not (output / f"{p.stem}.png").exists()]
    if not pending:
        return
    from stylegan_tf import load_networks, to_uint8

    generator = load_networks(FLAGS.network).Gs
    with write_atomically(record) as temporary:
        run = flag_values.describe_run(FLAGS.network)
        temporary.write_text(json.dumps(run, indent=2) + "\n", "utf-8")
    for path in tqdm(pending, "drawing", unit="latent"):
        w = load_latent(path, generator.num_layers, generator.dlatent_size)
        write_image(output / f"{path.stem}.png", to_uint8(generator.synthesize(w[None]))[0])
    logging.info("%d pictures written to %s", len(pending), output)


def compare(
    latents: list[pathlib.Path], originals: list[pathlib.Path], output: pathlib.Path
) -> None:
    """scores.csv and sheet.png, and the medians on the screen."""
    from encoder.captioned_sheet import captioned_sheet
    from encoder.embedding.perceptual import PerceptualModel
    from encoder.embedding.reconstruction import compare_images

    perceptual = PerceptualModel("vgg16-conv5", FLAGS.vgg_weights, FLAGS.seed)
    scores, shown = [], []
    for path, original in zip(tqdm(latents, "comparing", unit="latent"), originals, strict=True):
        target, result = read_image(original), read_image(output / f"{path.stem}.png")
        scores.append(compare_images(target, result, perceptual, FLAGS.detector))
        if len(shown) < FLAGS.max_columns:
            shown.append((target, result))
    names = [path.stem for path in latents]
    table = pd.DataFrame(scores, index=pd.Index(names, name="name"))
    with write_atomically(output / "scores.csv") as temporary:
        table.to_csv(temporary, float_format="%.4f")
    sheet = captioned_sheet(list(zip(*shown, strict=True)), names[: len(shown)])
    write_image(output / "sheet.png", sheet)
    print(table.to_string(float_format="%.3f"))
    if len(table) > 1 and np.isfinite(table["psnr"]).all():
        print("median", table.median().to_string(float_format="%.3f"), sep="\n")


if __name__ == "__main__":
    driver.run(main)
