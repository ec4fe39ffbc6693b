"""The study on Amazon Mechanical Turk: the files of a batch out, its results in (thesis 4.8)."""

import csv
import os
import pathlib
import random
import re

from stylegan_tf.errors import InputError
from stylegan_tf.files.tables import read_table
from stylegan_tf.files.whole_files import write_atomically
from synthesis.study.answers import MAX_MILLISECONDS, Answer
from synthesis.study.pages import read_page
from synthesis.study.study import CHOICES, PAIR_NAME, Study

MAX_TEMPLATE_BYTES = 65_535  # of Mechanical Turk
_ADDRESS = re.compile(r"https://[A-Za-z0-9.-]+(:\d{1,5})?(/[A-Za-z0-9._~/-]*)?")
_WORKER = re.compile(r"[A-Za-z0-9_-]{1,64}")


def write_batch(
    study: Study,
    folder: str | os.PathLike[str],
    address: str,
    pairs_per_task: int | None = None,
    seed: int = 0,
) -> tuple[pathlib.Path, pathlib.Path]:
    """Writes `hit.html`, the template of a task, and `batch.csv`, what each task shows.

    Args:
      study: its videos are to be copied to `address` by hand.
      folder: where to.
      address: the https address of the folder in which the workers' browsers find the videos.
      pairs_per_task: how many pairs a task shows; it must divide their number; None: all of them.
      seed: of the order of the pairs.

    Returns:
      The paths of the two files.

    Raises:
      InputError: a wrong argument, or a template larger than Mechanical Turk takes.
    """
    if not _ADDRESS.fullmatch(address):
        raise InputError(f"{address!r} is not the https address of a folder")
    count = pairs_per_task or len(study.pairs)
    if count < 1 or len(study.pairs) % count:
        raise InputError(f"{count} pairs a task do not divide the study's {len(study.pairs)}")
    pairs = list(study.pairs)
    random.Random(seed).shuffle(pairs)
    base = address.rstrip("/")
    folder = pathlib.Path(folder)
    page = read_page("hit.html", study.question)
    head, question, tail = page.split("<!-- pair -->")
    body = "".join(question.replace("NUMBER", str(number)) for number in range(1, count + 1))
    text = (head + body + tail).replace("{{COUNT}}", str(count))
    if len(text.encode()) > MAX_TEMPLATE_BYTES:
        raise InputError(
            f"the template of {count} pairs has {len(text.encode())} bytes; Mechanical Turk takes "
            f"{MAX_TEMPLATE_BYTES}: show fewer pairs a task"
        )
    template, batch = folder / "hit.html", folder / "batch.csv"
    with write_atomically(template) as temporary:
        temporary.write_text(text, "utf-8")
    names = [f"{column}_{k}" for k in range(1, count + 1) for column in ("pair", "left", "right")]
    with (
        write_atomically(batch) as temporary,
        open(temporary, "w", encoding="utf-8", newline="") as file,
    ):
        writer = csv.writer(file)
        writer.writerow(names)
        for start in range(0, len(pairs), count):
            shown = pairs[start : start + count]
            writer.writerow(
                cell
                for pair in shown
                for cell in (pair.name, f"{base}/{pair.left}", f"{base}/{pair.right}")
            )
    return template, batch


def read_results(path: str | os.PathLike[str], study: Study) -> list[Answer]:
    """The answers in a results file of Mechanical Turk.

    A task's time (`WorkTimeInSeconds`) is shared out evenly among its answers. Rejected tasks are
    left out.

    Raises:
      InputError: no such file, not such a file, or an answer in it that the template cannot give;
        the message names the line.
    """
    path = pathlib.Path(path)
    if not path.is_file():
        raise InputError(f"there is no results file {path}")
    answers = []
    table = read_table(path, ("WorkerId", "Input.pair_1"))
    numbers = [
        name.rpartition("_")[2]
        for name in table.columns
        if re.fullmatch(r"Input\.pair_\d{1,4}", name)
    ]
    for line, row in zip(table.index, table.to_dict("records"), strict=True):
        if row.get("AssignmentStatus", "").lower() != "rejected":
            answers += _read_row(row, numbers, study, f"{path}, line {line}")
    return answers


def _read_row(row: dict[str, str], numbers: list[str], study: Study, where: str) -> list[Answer]:
    worker = row["WorkerId"] or ""
    if not _WORKER.fullmatch(worker):
        raise InputError(f"{where}: {worker[:40]!r} is not a WorkerId")
    seconds = row.get("WorkTimeInSeconds") or "0"
    if not re.fullmatch(r"\d{1,7}(\.\d+)?", seconds):
        raise InputError(f"{where}: {seconds[:40]!r} is not a number of seconds")
    milliseconds = min(round(float(seconds) * 1000 / len(numbers)), MAX_MILLISECONDS)
    answers = []
    for number in numbers:
        pair = row[f"Input.pair_{number}"] or ""
        choice = row.get(f"Answer.choice_{number}") or ""
        if not PAIR_NAME.fullmatch(pair) or study.pair(pair) is None:
            raise InputError(f"{where}: the study has no pair {pair[:40]!r}")
        if choice not in CHOICES:
            raise InputError(f"{where}: {choice[:40]!r} is not one of {', '.join(CHOICES)}")
        answers.append(Answer(worker, pair, choice, milliseconds))
    return answers
