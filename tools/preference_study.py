r"""Asks people which of two videos looks more realistic (thesis 4.8, table 2).

    python tools/preference_study.py make --study=out/study \
        --models=ours=out/ours,TGAN=out/tgan,MoCoGAN=out/mocogan --pairs=10
    python tools/preference_study.py serve --study=out/study --port=8000
    python tools/preference_study.py report --study=out/study --output=out/report

make: brings the clips of each model (videos or folders of frames, at any depth) to one size under
names that say nothing, and pairs the first model's with each other's, on random sides; with
--address it also writes hit.html and batch.csv for Mechanical Turk.
serve: shows the pairs to whoever opens the page, and keeps the answers in answers.sqlite.
report: prints table 2 and writes it as JSON and as a picture; --mturk_results adds the results
files of Mechanical Turk.
"""

from tools import driver
from tools.flag_sets import output as output_flags
from tools.flag_sets.numbers import define_integer, define_number

import dataclasses
import socket
from typing import TYPE_CHECKING

from absl import flags, logging

from stylegan_tf.errors import InputError
from stylegan_tf.files.json_files import write_json
from stylegan_tf.outputs.output_folder import check_folder
from stylegan_tf.outputs.record import Record, describe_inputs
from stylegan_tf.outputs.whole_folder import WholeFolder
from synthesis.scores.clip_sets import find_clips

if TYPE_CHECKING:
    from synthesis.study.study import Study

FLAGS = flags.FLAGS
flags.adopt_module_key_flags(output_flags)

flags.DEFINE_string("study", None, "The study's folder.", required=True)

flags.DEFINE_list("models", [], "make: NAME=FOLDER of each model's clips, ours first.")
define_integer("pairs", 10, "make: comparisons of ours with each other.", 1, 100_000)
define_integer("checks", 2, "make: attention checks.", 0, 100_000)
define_integer("size", 256, "make: side of all videos, in pixels; even.", 16, 4096)
define_number("fps", 30, "make: of clips that are folders of frames.", 1, 120)
define_integer("seed", 0, "make: of pairs, sides and names.", 0, 2**32 - 1)
flags.DEFINE_string("address", None, "make: https address of the videos, for Mechanical Turk.")
define_integer("pairs_per_task", None, "make: of a task; all if unset.", 1, 100_000)

flags.DEFINE_string("host", "127.0.0.1", "serve: address to listen at; 0.0.0.0: all networks.")
define_integer("port", 8000, "serve: port to listen at; 0: any free one.", 0, 65_535)
define_integer("threads", 8, "serve: requests answered at once.", 1, 1024)

flags.DEFINE_string("output", None, "report: a folder for report.json and table2.png.")
flags.DEFINE_list("mturk_results", [], "report: results files of Mechanical Turk to add.")
define_integer(
    "max_failed_checks", 0, "report: who fails more is left out; -1: nobody.", -1, 10_000
)
define_number("min_seconds", 0, "report: least median time of an answer.", 0, 86400)
define_integer("min_answers", 1, "report: least comparisons answered.", 0, 1_000_000)
flags.DEFINE_list("exclude_workers", [], "report: names of workers to leave out.")

_OF_MAKE = ("models", "pairs", "checks", "size", "fps", "seed", "address", "pairs_per_task")
_OF_SERVE = ("host", "port", "threads")


def make() -> None:
    """Writes the study's folder."""
    from tqdm import tqdm

    from synthesis.study.study import make_study

    check_folder(FLAGS.study)
    clips = {}
    for text in FLAGS.models:
        name, equals, folder = text.partition("=")
        if not (name.strip() and equals and folder) or name.strip() in clips:
            raise InputError(f"--models: {text!r} is not NAME=FOLDER with a name of its own")
        clips[name.strip()] = find_clips(folder)
    with tqdm(unit="video") as bar:

        def step(total: int) -> None:
            bar.total = total
            bar.update()

        study = make_study(
            FLAGS.study,
            clips,
            pairs=FLAGS.pairs,
            checks=FLAGS.checks,
            size=FLAGS.size,
            fps=FLAGS.fps,
            seed=FLAGS.seed,
            on_video=step,
        )
    print(f"{study.folder}: {len(study.pairs)} pairs of {', '.join(study.models)}")
    if FLAGS.address:
        from synthesis.study.mechanical_turk import write_batch

        for path in write_batch(
            study, study.folder, FLAGS.address, FLAGS.pairs_per_task, FLAGS.seed
        ):
            print(path)


def serve() -> None:
    """Answers requests until Ctrl-C."""
    from synthesis.page_server import serve_page
    from synthesis.study.answers import AnswerStore
    from synthesis.study.server import MAX_BODY_BYTES, create_app
    from synthesis.study.study import load_study

    study = load_study(FLAGS.study)
    app = create_app(study, AnswerStore(study.answers))
    listening = socket.create_server((FLAGS.host, FLAGS.port))
    serve_page(app, listening, FLAGS.threads, 64 * MAX_BODY_BYTES)


def report() -> None:
    """Prints table 2 and writes it."""
    from synthesis.study.answers import AnswerStore
    from synthesis.study.report import WorkerFilter, draw_report, make_report, report_text
    from synthesis.study.study import load_study

    study = load_study(FLAGS.study)
    answers = AnswerStore(study.answers).all() if study.answers.exists() else []
    if FLAGS.mturk_results:
        from synthesis.study.mechanical_turk import read_results

        for path in FLAGS.mturk_results:
            answers += read_results(path, study)
    if not answers:
        raise InputError(f"{FLAGS.study}: nobody has answered yet")
    output = None
    if FLAGS.output is not None:
        output = WholeFolder(FLAGS.output, report_record(study), overwrite=FLAGS.overwrite)
    done = output is None or output.is_done()
    result = make_report(
        study,
        answers,
        WorkerFilter(
            None if FLAGS.max_failed_checks < 0 else FLAGS.max_failed_checks,
            FLAGS.min_seconds,
            FLAGS.min_answers,
            frozenset(FLAGS.exclude_workers),
        ),
    )
    print(report_text(result))
    if output is not None and not done:
        with output.making() as stage:
            write_json(stage / "report.json", result.as_record())
            draw_report(stage / "table2.png", result)
        logging.info("%s and table2.png are written", output.path)


def report_record(study: "Study") -> Record:
    """What a report is made of: the study, its answers so far, and who is left out."""
    record = output_flags.make_record(ignored=["study", "mturk_results", *_OF_MAKE, *_OF_SERVE])
    files = [path for path in (study.folder / "study.json", study.answers) if path.exists()]
    inputs = {"study": describe_inputs(files)}
    if FLAGS.mturk_results:
        inputs["mturk_results"] = describe_inputs(FLAGS.mturk_results)
    return dataclasses.replace(record, inputs=inputs)


if __name__ == "__main__":
    driver.run_commands({"make": make, "serve": serve, "report": report})
