r"""Writes images of a network: one a seed, a grid, a style-mixing sheet, a truncation sweep.

Examples:
  python tools/generate_images.py --seeds=66,230 --truncation_psi=0.7 --output=out/images
  python tools/generate_images.py --figure=grid --seeds=0-15 --output=out/images
  python tools/generate_images.py --figure=mixing --seeds=85,100 --column_seeds=55,821 \
      --styles=0-6 --output=out/images
  python tools/generate_images.py --figure=truncation --seeds=1,2 --psis=1,0.7,0.5,0,-0.5,-1 \
      --output=out/images

`--figure=images` writes seed0066.png, seed0230.png: the pictures that NVIDIA's `run_generator.py
generate-images` writes for the same network and flags. The others write grid.png, mixing.png (and
ROW-COLUMN.png for its fields) and truncation.png.
"""

from tools import driver
from tools.flag_sets import network as network_flags
from tools.flag_sets import output as output_flags
from tools.flag_sets import runner as runner_flags
from tools.flag_sets.numbers import define_integer, define_number
from tools.flag_sets.seeds import number_ranges

import contextlib
import pathlib
from collections.abc import Callable
from typing import Any

from absl import flags, logging

from stylegan_tf.errors import InputError
from stylegan_tf.numbers import MAX_PSI
from stylegan_tf.outputs.output_file import OutputFile
from stylegan_tf.pictures.tiling import tile
from stylegan_tf.runners.runner import Files, make_files

FLAGS = flags.FLAGS
flags.adopt_module_key_flags(network_flags)
flags.adopt_module_key_flags(output_flags)
flags.adopt_module_key_flags(runner_flags)

NOISES = ("seed", "const", "random", "none")
flags.DEFINE_string("output", None, "Folder to write to.", required=True)
flags.DEFINE_list("seeds", ["66"], "Seeds and ranges of them, such as 66,230 or 0-15.")
flags.DEFINE_enum("figure", "images", ["images", "grid", "mixing", "truncation"], "What to write.")
define_number(
    "truncation_psi", None, "1 is no truncation; the network's own if not given.", -10, 10
)
define_integer("truncation_cutoff", None, "Truncate this many layers only.", 0, 1000)
flags.DEFINE_enum("noise", "seed", NOISES, "Noise inputs: drawn from the seed as NVIDIA does, ...")
define_integer("label", None, "Class of a conditional network.", 0, 1_000_000)
define_integer("columns", 0, "Columns of the grid; 0 makes it square.", 0, 10_000)
flags.DEFINE_list("column_seeds", ["55", "821", "1789", "293"], "Columns of the mixing sheet.")
flags.DEFINE_list("styles", ["0-6"], "Layers that the mixing sheet takes from the columns.")
flags.DEFINE_list("psis", ["1", "0.7", "0.5", "0", "-0.5", "-1"], "Columns of the sweep.")

_OF_SHEETS = ("figure", "columns", "column_seeds", "styles", "psis")


def main() -> None:
    """Checks the numbers and draws what is asked for."""
    seeds = number_ranges("seeds", FLAGS.seeds)
    columns = number_ranges("column_seeds", FLAGS.column_seeds)
    styles = number_ranges("styles", FLAGS.styles)
    psis = _psis()
    network_flags.check()
    output = pathlib.Path(FLAGS.output)
    if FLAGS.figure == "images":
        draw_images(seeds)
    else:
        runner_flags.refuse("--figure=images")
        draw_sheet(output, seeds, columns, styles, psis)


def draw_images(seeds: list[int]) -> None:
    """A picture a seed."""
    record = output_flags.make_record(FLAGS.network, ignored=["seeds", *_OF_SHEETS])
    folder = output_flags.open_folder(record)
    names = {seed: _name(seed) for seed in seeds}
    left = [s for s, name in names.items() if not folder.is_done(name, "", [f"{name}.png"])]
    if not left:
        logging.info(
            "all %d are in %s already; --overwrite writes them again", len(names), folder.path
        )
        return

    from tqdm import tqdm

    draw = runner_flags.in_worker("generate_images", "make_worker")
    runner = runner_flags.make_runner(otherwise=1, items=len(left))
    with folder.opened(), contextlib.closing(runner.map(draw, left)) as drawn:
        for seed, files in tqdm(drawn, total=len(left)):
            folder.place(names[seed], files)
    logging.info("%d written to %s", len(left), folder.path)


def make_worker() -> Callable[[int], Files]:
    """What draws the picture of a seed, with the network loaded."""
    from stylegan_tf import load_networks
    from stylegan_tf.pictures import sheets

    Gs = load_networks(FLAGS.network, dtype=network_flags.policy()).Gs

    def draw(seed: int) -> Files:
        (image,) = sheets.seed_images(Gs, [seed], **_options())
        name = f"{_name(seed)}.png"
        _, files = make_files(lambda folder: sheets.write_png(folder / name, image))
        return files

    return draw


def _name(seed: int) -> str:
    return f"seed{seed:04d}"


def draw_sheet(
    folder: pathlib.Path, seeds: list[int], columns: list[int], styles: list[int], psis: list[float]
) -> None:
    """A grid, a mixing sheet or a sweep of truncation."""
    path = folder / f"{FLAGS.figure}.png"
    fields = {}
    if FLAGS.figure == "mixing":
        fields = {(s, c): f"{s}-{c}.png" for s in seeds for c in columns}
    record = output_flags.make_record(FLAGS.network)
    output = OutputFile(path, record, overwrite=FLAGS.overwrite, beside=list(fields.values()))
    if output.is_done():
        logging.info("%s is there already; --overwrite makes it again", path)
        return

    from tqdm import tqdm

    from stylegan_tf import load_networks
    from stylegan_tf.pictures import sheets

    with output.making() as stage:
        if FLAGS.figure == "grid":
            Gs = load_networks(FLAGS.network, dtype=network_flags.policy()).Gs
            images = list(tqdm(sheets.seed_images(Gs, seeds, **_options()), total=len(seeds)))
            across = FLAGS.columns or round(len(images) ** 0.5 + 0.499)
        elif FLAGS.figure == "truncation":
            rows = sheets.truncation_rows(network_flags.load_generator(), seeds, psis, FLAGS.noise)
            images = [image for row in tqdm(rows, total=len(seeds)) for image in row]
            across = len(psis)
        else:
            generator = network_flags.load_generator()
            mixed = sheets.mixing_rows(generator, seeds, columns, styles, FLAGS.truncation_psi)
            table = list(tqdm(mixed, total=len(seeds) + 1))
            for seed, row in zip(seeds, table[1:], strict=True):
                for column, image in zip(columns, row[1:], strict=True):
                    sheets.write_png(stage / fields[seed, column], image)
            images = [image for row in table for image in row]
            across = len(columns) + 1
        sheets.write_png(stage / path.name, tile(images, across))
    logging.info("%d written to %s", 1 + len(fields), folder)


def _options() -> dict[str, Any]:
    return {
        "truncation_psi": FLAGS.truncation_psi,
        "truncation_cutoff": FLAGS.truncation_cutoff,
        "noise": FLAGS.noise,
        "label": FLAGS.label,
    }


def _psis() -> list[float]:
    wrong = InputError(
        f"--psis={','.join(FLAGS.psis)}: give numbers up to {MAX_PSI:g}, such as 1,0.7,0"
    )
    try:
        psis = [float(text) for text in FLAGS.psis]
    except ValueError:
        raise wrong from None
    if not psis or not all(abs(psi) <= MAX_PSI for psi in psis):
        raise wrong
    return psis


if __name__ == "__main__":
    driver.run(main)
