r"""Makes the whole thesis anew and writes one report of it (thesis 3.2 and 4).

    python tools/reproduce_thesis.py --quick --output=out/thesis
    python tools/reproduce_thesis.py --network=karras2019stylegan-ffhq-1024x1024.pkl \
        --impa_face3d=IMPA-FACE3D --mug=subjects3 --celeba=celeba --trailers=a.mp4,b.mp4 \
        --output=out/thesis

The three stages and chapter 4 in order, by the drivers that do each: aligned and embedded faces,
directions, labels of trailers, the LSTM, the video, figures 17 to 27, tables 1 and 2. What is not
given is replaced by a rendered stand-in, and report.html, which needs no other file, says so at
each figure and number. Run again, it goes on where it was. --quick is for trying: few faces and
steps, from what ships. A step that fails is named in the report, and tried again by the next run;
what needs it waits.
"""

from tools import driver, steps
from tools.flag_sets import baselines as baseline_flags
from tools.flag_sets import detector as detector_flags
from tools.flag_sets import network as network_flags
from tools.flag_sets import output as output_flags
from tools.flag_sets import perceptual as perceptual_flags
from tools.flag_sets.numbers import define_integer

import dataclasses
import json
import os
import pathlib
import time
from typing import Any

from absl import flags, logging

from stylegan_tf.errors import InputError
from stylegan_tf.files.json_files import read_json, read_own_json, write_json
from stylegan_tf.outputs.output_folder import check_folder
from synthesis.reproduction.plan import Step, celeba_pictures, make_plan
from synthesis.reproduction.settings import QUICK, THESIS, Settings

FLAGS = flags.FLAGS
for module in (baseline_flags, detector_flags, network_flags, perceptual_flags):
    flags.adopt_module_key_flags(module)

flags.DEFINE_string("output", None, "The folder to write.", required=True)
flags.DEFINE_bool("quick", False, "A trial: few faces and steps, HOG, random VGG16 weights.")
flags.DEFINE_string("impa_face3d", None, "The folder of IMPA-FACE3D.")
flags.DEFINE_string("mug", None, "The folder of MUG.")
flags.DEFINE_string("celeba", None, "The folder of CelebA.")
flags.DEFINE_list("trailers", [], "Clips to read emotions from.")
flags.DEFINE_string("encoder", None, "A coarse encoder for --network; trained if not given.")
flags.DEFINE_string("study", None, "A study that was answered, for table 2.")
define_integer("subjects", None, "Rendered persons, where IMPA-FACE3D is not given.", 3, 999)
define_integer("iterations", None, "Steps of an embedding.", 1, 1000000)
define_integer("sequence_length", None, "Emotions of the video.", 1, 100000)
define_integer("faces", None, "Random faces of table 1.", 2, 100000)
define_integer("baseline_steps", None, "Training steps of TGAN and MoCoGAN.", 1, 10000000)

_EXTENT = ("subjects", "iterations", "sequence_length", "faces", "baseline_steps")
_QUICK = {"vgg_weights": "random", "detector": "hog"}
_DONE, _SETTINGS = "steps", "settings.json"


def main() -> None:
    """Runs what is not done, then writes the report."""
    root = check_folder(FLAGS.output).resolve()
    settings = read_settings()
    keep_settings(root, settings)
    failed: dict[str, str] = {}
    plan = make_plan(settings, root)
    for number, step in enumerate(plan, start=1):
        missing = [name for name in step.needs if name in failed]
        if missing:
            failed[step.name] = f"it needs {missing[0]}, which failed: {failed[missing[0]]}"
        elif not is_done(root, step):
            logging.info("step %d of %d: %s (%s)", number, len(plan), step.name, step.driver)
            clock, before = time.monotonic(), os.times()
            said = steps.run_driver(step.driver, step.flags)
            after = os.times()
            logging.info(
                "%s took %.0f s, %.0f of the processor",
                step.name,
                time.monotonic() - clock,
                sum(after[2:4]) - sum(before[2:4]),
            )
            if said is None and not (root / step.makes).exists():
                said = f"{step.makes} was not written"
            if said is None:
                mark_done(root, step)
            else:
                failed[step.name] = said.replace(f"{root}/", "")
    write_report(root, settings, failed)
    for name, why in failed.items():
        logging.warning("%s: %s", name, why)
    print(f"{root / 'report.html'}: {len(plan) - len(failed)} of {len(plan)} steps")
    if failed:
        raise InputError(f"{len(failed)} steps failed, the first {next(iter(failed))}; see above")


def check_data() -> None:
    """Refuses folders and files that no step could read, before the first one begins."""
    from encoder.clips.decoding import open_clip
    from encoder.coarse.files import find_encoder
    from encoder.datasets.impa_face3d import read_impa_face3d
    from stylegan_tf.files.arrays import read_arrays
    from synthesis.baselines.clip_sets import read_mug_clips
    from synthesis.study.study import load_study

    if FLAGS.impa_face3d is not None:
        read_impa_face3d(FLAGS.impa_face3d)
    if FLAGS.mug is not None and not read_mug_clips(FLAGS.mug):
        raise InputError(f"--mug={FLAGS.mug} holds no clip")
    if FLAGS.celeba is not None and not celeba_pictures(FLAGS.celeba):
        raise InputError(f"--celeba={FLAGS.celeba} holds no picture, .jpg")
    for clip in FLAGS.trailers:
        open_clip(clip)
    if FLAGS.study is not None:
        load_study(FLAGS.study)
    if FLAGS.encoder is not None:
        read_arrays(find_encoder(FLAGS.encoder))


def read_settings() -> Settings:
    """The flags, checked."""
    network_flags.check()
    network_flags.refuse_precision("the thesis' figures are computed in float32")
    perceptual_flags.check()
    trainings = baseline_flags.trainings()
    for name in ("impa_face3d", "mug", "celeba", "study"):
        if FLAGS[name].value is not None and not pathlib.Path(str(FLAGS[name].value)).is_dir():
            raise InputError(f"--{name}={FLAGS[name].value} is not a folder")
    for clip in FLAGS.trailers:
        if not pathlib.Path(clip).is_file():
            raise InputError(f"--trailers: there is no clip {clip}")
    check_data()
    if FLAGS.dvdgan is not None:
        raise InputError("--dvdgan is not in the thesis' comparison; leave it out")
    given: dict[str, Any] = {n: FLAGS[n].value for n in _EXTENT if FLAGS[n].value is not None}
    extent = dataclasses.replace(QUICK if FLAGS.quick else THESIS, **given)
    chosen = {"vgg_weights": FLAGS.vgg_weights, "detector": FLAGS.detector}
    for name, value in _QUICK.items():
        if FLAGS.quick and not FLAGS[name].present:
            chosen[name] = value
    return Settings(
        network=_absolute(FLAGS.network) or FLAGS.network,
        impa_face3d=_absolute(FLAGS.impa_face3d),
        mug=_absolute(FLAGS.mug),
        celeba=_absolute(FLAGS.celeba),
        trailers=tuple(str(pathlib.Path(clip).resolve()) for clip in FLAGS.trailers),
        encoder=_absolute(FLAGS.encoder) or FLAGS.encoder,
        tgan=_absolute(trainings.get("tgan")),
        mocogan=_absolute(trainings.get("mocogan")),
        vgan=_absolute(trainings.get("vgan")),
        vgg_weights=chosen["vgg_weights"],
        detector=chosen["detector"],
        quick=FLAGS.quick,
        extent=extent,
    )


def _absolute(path: str | pathlib.Path | None) -> str | None:
    """The whole path of what is there; None for a name, or nothing."""
    return str(pathlib.Path(path).resolve()) if path and pathlib.Path(path).exists() else None


def keep_settings(root: pathlib.Path, settings: Settings) -> None:
    """Has another run into the same folder refused unless it makes the same."""
    wanted = json.loads(json.dumps(dataclasses.asdict(settings)))
    wanted["network_file"] = output_flags.describe_network(settings.network)
    path = root / _SETTINGS
    if path.is_file():
        found = read_own_json(path, "the settings of this program")
        changed = [name for name in wanted if found.get(name) != wanted[name]]
        if changed:
            raise InputError(
                f"{root} was made with another {changed[0]}: {found.get(changed[0])}; give "
                "another --output"
            )
    elif root.is_dir() and any(root.iterdir()):
        raise InputError(f"--output={root} holds files of something else; give another")
    else:
        write_json(path, wanted)


def is_done(root: pathlib.Path, step: Step) -> bool:
    """Whether the step was done, with the same flags, and its result is there."""
    path = root / _DONE / f"{step.name}.json"
    if not (path.is_file() and (root / step.makes).exists()):
        return False
    return read_json(path) == [step.driver, *step.flags]


def mark_done(root: pathlib.Path, step: Step) -> None:
    """Notes that the step need not be done again."""
    write_json(root / _DONE / f"{step.name}.json", [step.driver, *step.flags])


def write_report(root: pathlib.Path, settings: Settings, failed: dict[str, str]) -> None:
    """Reads all results and writes report.html."""
    from synthesis.reproduction.report_page import write_page
    from synthesis.reproduction.thesis_report import Outcome, make_report

    table2 = count_answers(root)
    write_page(root / "report.html", make_report(settings, Outcome(root, failed, table2)))


def count_answers(root: pathlib.Path) -> dict[str, object] | None:
    """Table 2 of --study, or of the study that was made here; None if nobody has answered."""
    from synthesis.study.answers import AnswerStore
    from synthesis.study.report import make_report
    from synthesis.study.study import load_study

    folder = pathlib.Path(FLAGS.study) if FLAGS.study else root / "study"
    if FLAGS.study is None and not (folder / "study.json").is_file():
        return None
    study = load_study(folder)
    answers = AnswerStore(study.answers).all() if study.answers.exists() else []
    return make_report(study, answers).as_record() if answers else None


if __name__ == "__main__":
    driver.run(main)
