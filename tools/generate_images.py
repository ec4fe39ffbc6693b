"""Writes images of a network: one a seed, a grid, a style-mixing sheet, a truncation sweep.

Examples:
  python tools/generate_images.py --seeds=66,230 --truncation_psi=0.7 --output=out/images
  python tools/generate_images.py --figure=grid --seeds=0-15 --output=out/images
  python tools/generate_images.py --figure=mixing --seeds=85,100 --column_seeds=55,821 \\
      --styles=0-6 --output=out/images
  python tools/generate_images.py --figure=truncation --seeds=1,2 --psis=1,0.7,0.5,0,-0.5,-1 \\
      --output=out/images

`--figure=images` writes seed0066.png, seed0230.png: the pictures that NVIDIA's `run_generator.py
generate-images` writes for the same network and flags. The others write grid.png, mixing.png (and
ROW-COLUMN.png for its fields) and truncation.png.
"""

import pathlib

from absl import flags

from stylegan_tf.errors import InputError
from tools import driver
from tools.flag_sets import values as flag_values

FLAGS = flags.FLAGS
NOISES = ("seed", "const", "random", "none")
flags.DEFINE_string("network", "rendered-faces", "Path, name or address of a network pickle.")
flags.DEFINE_string("output", None, "Folder to write to.", required=True)
flags.DEFINE_list("seeds", ["66"], "Seeds and ranges of them, such as 66,230 or 0-15.")
flags.DEFINE_enum("figure", "images", ["images", "grid", "mixing", "truncation"], "What to write.")
flags.DEFINE_float("truncation_psi", None, "1 is no truncation; the network's own if not given.")
flags.DEFINE_integer("truncation_cutoff", None, "Truncate this many layers only.", lower_bound=0)
flags.DEFINE_enum("noise", "seed", NOISES, "Noise inputs: drawn from the seed as NVIDIA does, ...")
flags.DEFINE_integer("label", None, "Class of a conditional network.", lower_bound=0)
flags.DEFINE_integer("columns", 0, "Columns of the grid; 0 makes it square.", lower_bound=0)
flags.DEFINE_list("column_seeds", ["55", "821", "1789", "293"], "Columns of the mixing sheet.")
flags.DEFINE_list("styles", ["0-6"], "Layers that the mixing sheet takes from the columns.")
flags.DEFINE_list("psis", ["1", "0.7", "0.5", "0", "-0.5", "-1"], "Columns of the sweep.")
flags.DEFINE_bool("overwrite", False, "Write images again that are there.")


def main() -> None:
    seeds = flag_values.number_ranges("seeds", FLAGS.seeds)
    columns = flag_values.number_ranges("column_seeds", FLAGS.column_seeds)
    styles = flag_values.number_ranges("styles", FLAGS.styles)
    psis = _psis()
    flag_values.check_network(FLAGS.network)
    output = pathlib.Path(FLAGS.output)
    targets = [output / f"seed{seed:04d}.png" for seed in seeds]
    if FLAGS.figure != "images":
        targets = [output / f"{FLAGS.figure}.png"]
    if not FLAGS.overwrite:
        wanted = [path for path in targets if not path.exists()]
        if not wanted:
            print(f"all {len(targets)} are in {output} already; --overwrite writes them again")
            return
    else:
        wanted = targets

    from tqdm import tqdm

    from stylegan_tf import load_networks, sheets
    from stylegan_tf.tiling import tile

    Gs = load_networks(FLAGS.network).Gs
    options = {
        "truncation_psi": FLAGS.truncation_psi,
        "truncation_cutoff": FLAGS.truncation_cutoff,
        "noise": FLAGS.noise,
        "label": FLAGS.label,
    }
    if FLAGS.figure == "images":
        left = [seed for seed, path in zip(seeds, targets, strict=True) if path in wanted]
        images = sheets.seed_images(Gs, left, **options)
        for path, image in zip(wanted, tqdm(images, total=len(left)), strict=True):
            sheets.write_png(path, image)
    elif FLAGS.figure == "grid":
        images = list(tqdm(sheets.seed_images(Gs, seeds, **options), total=len(seeds)))
        side = FLAGS.columns or round(len(images) ** 0.5 + 0.499)
        sheets.write_png(targets[0], tile(images, side))
    elif FLAGS.figure == "truncation":
        rows = sheets.truncation_rows(Gs, seeds, psis, FLAGS.noise)
        images = [image for row in tqdm(rows, total=len(seeds)) for image in row]
        sheets.write_png(targets[0], tile(images, len(psis)))
    else:
        rows = sheets.mixing_rows(Gs, seeds, columns, styles, FLAGS.truncation_psi)
        rows = list(tqdm(rows, total=len(seeds) + 1))
        for seed, row in zip(seeds, rows[1:], strict=True):
            for column, image in zip(columns, row[1:], strict=True):
                sheets.write_png(output / f"{seed}-{column}.png", image)
        images = [image for row in rows for image in row]
        sheets.write_png(targets[0], tile(images, len(columns) + 1))
    print(f"{len(wanted)} written to {output}")


def _psis() -> list[float]:
    try:
        return [float(text) for text in FLAGS.psis]
    except ValueError:
        raise InputError(f"--psis={','.join(FLAGS.psis)}: give numbers, such as 1,0.7,0") from None


if __name__ == "__main__":
    driver.run(main)
