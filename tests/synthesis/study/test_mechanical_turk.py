import csv
import html.parser
import re

import pytest

from stylegan_tf.errors import InputError
from synthesis.study import mechanical_turk
from synthesis.study.answers import Answer
from synthesis.study.mechanical_turk import read_results, write_batch

ADDRESS = "https://example.org/videos/"


class Reader(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))


def rows_of(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def test_template_and_batch_fit_together(study, tmp_path):
    template, batch = write_batch(study, tmp_path, ADDRESS, pairs_per_task=5)
    text = template.read_text()
    rows = rows_of(batch)
    assert len(rows) == 2
    assert set(re.findall(r"\$\{(\w+)\}", text)) == {
        name for name in rows[0] if not name.startswith("pair")
    }
    reader = Reader()
    reader.feed(text)
    choices = [a for tag, a in reader.tags if tag == "input"]
    assert [(a["name"], a["value"]) for a in choices] == [
        (f"choice_{k}", value) for k in range(1, 6) for value in ("left", "right", "neither")
    ]
    assert all("required" in a for a in choices)
    videos = [a for tag, a in reader.tags if tag == "video"]
    assert len(videos) == 10
    assert all(a["aria-label"] and "muted" in a for a in videos)
    assert "script" not in {tag for tag, _ in reader.tags}
    assert "{{" not in text
    assert "NUMBER" not in text
    shown = {row[f"pair_{k}"] for row in rows for k in range(1, 6)}
    assert shown == {pair.name for pair in study.pairs}
    for row in rows:
        for k in range(1, 6):
            pair = study.pair(row[f"pair_{k}"])
            assert row[f"left_{k}"] == f"https://example.org/videos/{pair.left}"
            assert row[f"right_{k}"] == f"https://example.org/videos/{pair.right}"


def write_results(path, rows):
    names = sorted({name for row in rows for name in row})
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(rows)
    return path


def results(study, tmp_path, worker="A1B2C3", choice="left", **more):
    """What Mechanical Turk gives back for the batch, one task with all pairs."""
    _, batch = write_batch(study, tmp_path, ADDRESS)
    (row,) = rows_of(batch)
    given = {f"Input.{name}": cell for name, cell in row.items()}
    given |= {f"Answer.choice_{k}": choice for k in range(1, len(study.pairs) + 1)}
    given |= {"WorkerId": worker, "AssignmentStatus": "Approved", "WorkTimeInSeconds": "50"}
    return given | more


def test_results_become_answers(study, tmp_path):
    rows = [
        results(study, tmp_path),
        results(study, tmp_path, "A9", "neither", AssignmentStatus="Submitted"),
        results(study, tmp_path, "A0", AssignmentStatus="Rejected"),
    ]
    answers = read_results(write_results(tmp_path / "results.csv", rows), study)
    assert len(answers) == 20
    assert {(a.worker, a.choice) for a in answers} == {("A1B2C3", "left"), ("A9", "neither")}
    assert {a.pair for a in answers} == {pair.name for pair in study.pairs}
    assert {a.milliseconds for a in answers} == {5000}
    assert isinstance(answers[0], Answer)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"WorkerId": "<script>alert(1)</script>"}, "'<script>alert.*' is not a WorkerId"),
        ({"WorkerId": "=cmd|' /C calc'!A0"}, "is not a WorkerId"),
        ({"Input.pair_3": "0" * 12}, "the study has no pair '000000000000'"),
        ({"Input.pair_3": "<b>"}, "the study has no pair '<b>'"),
        ({"Answer.choice_2": "<script>"}, "'<script>' is not one of left, right, neither"),
        ({"Answer.choice_2": ""}, "'' is not one of left, right, neither"),
        ({"WorkTimeInSeconds": "1e9"}, "'1e9' is not a number of seconds"),
    ],
)
def test_hostile_results_are_refused_by_line(study, tmp_path, change, message):
    rows = [results(study, tmp_path), results(study, tmp_path) | change]
    path = write_results(tmp_path / "results.csv", rows)
    with pytest.raises(InputError, match=rf"results\.csv, line 3: .*{message}"):
        read_results(path, study)


def test_other_files_are_refused(study, tmp_path):
    path = tmp_path / "results.csv"
    with pytest.raises(InputError, match="there is no results file"):
        read_results(path, study)
    path.write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match=r"line 1: there is no column WorkerId"):
        read_results(path, study)
    path.write_bytes(b"WorkerId,Input.pair_1\n\xff\xfe,\n")
    with pytest.raises(InputError, match="it is no UTF-8 text"):
        read_results(path, study)
    path.write_text("WorkerId,Input.pair_1\n" + "x" * 100_000)
    with pytest.raises(InputError, match="field larger than field limit"):
        read_results(path, study)


def test_wrong_choices_are_refused(study, tmp_path, monkeypatch):
    for address in ("http://example.org", "https://a/${x}", 'https://a/"><script>', "videos"):
        with pytest.raises(InputError, match="is not the https address of a folder"):
            write_batch(study, tmp_path, address)
    with pytest.raises(InputError, match="3 pairs a task do not divide the study's 10"):
        write_batch(study, tmp_path, ADDRESS, pairs_per_task=3)
    monkeypatch.setattr(mechanical_turk, "MAX_TEMPLATE_BYTES", 1000)
    with pytest.raises(InputError, match="Mechanical Turk takes 1000: show fewer pairs a task"):
        write_batch(study, tmp_path, ADDRESS)
