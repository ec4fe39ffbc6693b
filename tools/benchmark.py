"""Times synthesis, a step of embedding, a video and a step of training, against sgemm.

    python tools/benchmark.py --work=synthesis,step --ops=ref,native --output=out/benchmark
    python tools/benchmark.py --resolutions=256,512,1024 --batch_sizes=1,4 --output=out/growth

Networks have config-f's widths and random weights, which cost what trained ones do. Each case has a
process of its own; they run in turn, and medians count. `of sgemm` is the speed of a synthesis'
convolutions, everything else taken as free, as a share of that of a matrix product in the same
run; `of sgemm, CPU` is the same by processor time, which other programs disturb less. In --output:
benchmark.json and benchmark.png; what was measured before is only shown. With --least_share it
fails where a synthesis falls below.
"""

from tools import driver
from tools.benchmarking.workloads import KINDS, Workload
from tools.flag_sets import output as output_flags
from tools.flag_sets.numbers import define_integer, define_number
from tools.flag_sets.precisions import POLICIES
from tools.flag_sets.seeds import number_ranges

import itertools
import pathlib
from typing import Any

from absl import flags, logging
from tqdm import tqdm

from stylegan_tf.errors import InputError
from stylegan_tf.files.json_files import read_json, write_json
from stylegan_tf.outputs.whole_folder import WholeFolder

FLAGS = flags.FLAGS
flags.adopt_module_key_flags(output_flags)

flags.DEFINE_list("work", ["synthesis"], f"What to time, of {', '.join(KINDS)}.")
flags.DEFINE_list("resolutions", ["1024"], "Sides of the images, powers of 2 from 8 to 1024.")
flags.DEFINE_list("batch_sizes", ["1"], "Images at once.")
flags.DEFINE_list("precisions", ["float32"], f"Of {', '.join(POLICIES)}.")
flags.DEFINE_list("ops", ["auto"], "Implementations of the custom ops, of ref, native, auto.")
define_integer("rounds", 5, "Runs of each; the median counts.", 1, 1000)
flags.DEFINE_string("output", None, "Folder for benchmark.json and benchmark.png.")
define_number(
    "least_share", None, "Fail if a synthesis has less of sgemm's speed, by processor time.", 0, 2
)

_NUMBERS = "benchmark.json"


def main() -> None:
    """Checks the flags, times, and reports."""
    works = _works()
    if FLAGS.least_share is not None and all(work.kind != "synthesis" for work in works):
        raise InputError("--least_share is for --work=synthesis")

    output = None
    if FLAGS.output is not None:
        record = output_flags.make_record(ignored=["least_share"])
        output = WholeFolder(FLAGS.output, record, overwrite=FLAGS.overwrite)
    rows: Any
    if output is not None and output.is_done():
        logging.info("%s is there already; --overwrite measures again", output.path)
        rows = read_json(output.path / _NUMBERS)
        print(_table(rows))
    else:
        rows = _measure(works)
        print(_table(rows))
        if output is not None:
            with output.making() as stage:
                write_json(stage / _NUMBERS, rows)
                _plot(rows, stage / "benchmark.png")
    _check_share(rows[1:])


def _measure(works: list[Workload]) -> list[dict[str, Any]]:
    from tools.benchmarking.comparison import measure

    with tqdm(desc="runs", total=(len(works) + 1) * FLAGS.rounds, unit="run") as bar:
        return measure(works, FLAGS.rounds, bar.update)


def _works() -> list[Workload]:
    for name, known in (
        ("work", KINDS),
        ("precisions", POLICIES),
        ("ops", ("ref", "native", "auto")),
    ):
        given: list[str] = getattr(FLAGS, name)
        wrong = [value for value in given if value not in known]
        if wrong or not given:
            raise InputError(f"--{name} must be of {', '.join(known)}, not {', '.join(wrong)!r}")
    resolutions = number_ranges("resolutions", FLAGS.resolutions)
    if any(side not in [2**power for power in range(3, 11)] for side in resolutions):
        raise InputError("--resolutions must be powers of 2 from 8 to 1024")
    batch_sizes = number_ranges("batch_sizes", FLAGS.batch_sizes)
    if min(batch_sizes) < 1:
        raise InputError("--batch_sizes must be at least 1")
    policies = [POLICIES[name] for name in FLAGS.precisions]
    return [
        Workload(*case)
        for case in itertools.product(FLAGS.work, resolutions, batch_sizes, policies, FLAGS.ops)
    ]


def _table(rows: list[dict[str, Any]]) -> str:
    lines = [
        "| work | side | batch | precision | ops | s | CPU s | images/s | of sgemm | of sgemm, CPU "
        "| first s | peak MiB |",
        "|---" * 12 + "|",
    ]
    for row in rows:
        shares = [
            "" if row[key] is None else f"{row[key]:.0%}" for key in ("share", "processor_share")
        ]
        cells = [
            row["kind"],
            row["resolution"] or "",
            row["batch_size"],
            row["precision"],
            row["ops"],
            f"{row['seconds']:.2f}",
            f"{row['processor_seconds']:.2f}",
            f"{row['images_per_second']:.2f}" if row["resolution"] else "",
            *shares,
            f"{row['first_seconds']:.1f}",
            f"{row['peak_mib']:.0f}",
        ]
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines)


def _plot(rows: list[dict[str, Any]], path: pathlib.Path) -> None:
    """Seconds an image against the side, a line for each other choice."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4.5), layout="constrained")
    axes = figure.subplots()
    lines: dict[str, list[tuple[int, float]]] = {}
    for row in rows[1:]:
        label = f"{row['kind']}, batch {row['batch_size']}, {row['precision']}, {row['ops']}"
        lines.setdefault(label, []).append((row["resolution"], 1 / row["images_per_second"]))
    for label, points in lines.items():
        axes.plot(*zip(*sorted(points), strict=True), marker="o", label=label)
    axes.set_xscale("log", base=2)
    axes.set_yscale("log")
    axes.set_xlabel("side of the image, pixels")
    axes.set_ylabel("seconds an image")
    axes.legend(fontsize="small")
    figure.savefig(path)


def _check_share(rows: list[dict[str, Any]]) -> None:
    shares = [row["processor_share"] for row in rows if row["kind"] == "synthesis"]
    if FLAGS.least_share is not None and min(shares) < FLAGS.least_share:
        raise InputError(
            f"a synthesis has {min(shares):.0%} of sgemm's speed by processor time, less than "
            f"--least_share={FLAGS.least_share:.0%}"
        )


if __name__ == "__main__":
    driver.run(main)
