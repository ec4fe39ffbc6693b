import json

import pytest
from PIL import Image

from stylegan_tf.errors import InputError
from synthesis.study.answers import Answer
from synthesis.study.report import (
    WorkerFilter,
    draw_report,
    make_report,
    report_text,
    wilson,
)
from synthesis.study.study import CHECK


def answer_all(study, worker, choose, milliseconds=2000):
    """A worker's answers; `choose(other model)` is what won, None for neither."""
    answers = []
    for pair in study.pairs:
        other = pair.right_model if pair.left_model == "ours" else pair.left_model
        model = choose(other)
        choice = "neither"
        if model is not None:
            choice = "left" if pair.left_model == model else "right"
        answers.append(Answer(worker, pair.name, choice, milliseconds))
    return answers


def prefers_ours(other):
    return "ours"


def prefers_tgan(other):
    return other if other == "TGAN" else "ours"


def cannot_tell(other):
    return "ours" if other == CHECK else None


def test_wilson_interval_by_hand():
    # z² = 3.8415; 8 of 10: centre (0.8 + z²/20) / (1 + z²/10), half width ...
    share = wilson(8, 10)
    assert (share.count, share.share) == (8, 0.8)
    assert share.low == pytest.approx(0.4901625, abs=1e-6)
    assert share.high == pytest.approx(0.9433178, abs=1e-6)
    assert (wilson(0, 0).low, wilson(0, 0).high) == (0, 1)
    assert wilson(0, 20).low == 0


def test_preferences_are_counted_by_model(study):
    answers = [
        *answer_all(study, "a", prefers_ours),
        *answer_all(study, "b", prefers_tgan),
        *answer_all(study, "c", cannot_tell),
    ]
    report = make_report(study, answers)
    tgan, mocogan = report.preferences
    assert (tgan.ours, tgan.other, tgan.answers, tgan.workers) == ("ours", "TGAN", 12, 3)
    assert [s.count for s in (tgan.for_ours, tgan.for_other, tgan.neither)] == [4, 4, 4]
    assert [s.count for s in (mocogan.for_ours, mocogan.for_other, mocogan.neither)] == [8, 0, 4]
    assert report.unfiltered == report.preferences
    assert report.num_counted == 3
    assert [worker.answers for worker in report.workers] == [8, 8, 8]
    assert [worker.checks for worker in report.workers] == [2, 2, 2]


def test_workers_are_left_out_with_their_reasons(study):
    answers = [
        *answer_all(study, "good", prefers_ours),
        *answer_all(study, "blind", lambda other: other),  # fails the checks
        *answer_all(study, "hasty", prefers_ours, milliseconds=100),
        *answer_all(study, "named", prefers_tgan),
        *answer_all(study, "brief", prefers_ours)[:2],
    ]
    chosen = WorkerFilter(0, 0.5, 4, frozenset({"named"}))
    report = make_report(study, answers, chosen)
    assert {worker.worker: worker.left_out for worker in report.workers} == {
        "good": None,
        "blind": "failed more than 0 attention checks",
        "hasty": "took less than 0.5 s in the median",
        "named": "excluded by name",
        "brief": "answered fewer than 4 comparisons",
    }
    assert [p.workers for p in report.preferences] == [1, 1]
    assert sum(p.answers for p in report.unfiltered) == 8 * 4 + report.workers[1].answers
    kept = make_report(study, answers, WorkerFilter(max_failed_checks=None))
    assert kept.num_counted >= 4


def test_side_is_watched(study):
    left = [Answer("a", pair.name, "left", 1000) for pair in study.pairs]
    assert make_report(study, left, WorkerFilter(None)).left_share == 1
    assert make_report(study, answer_all(study, "a", prefers_ours)).left_share == 0.5
    assert make_report(study, left, WorkerFilter()).left_share is None  # fails a check


def test_first_answer_to_a_pair_counts(study):
    pair = next(pair for pair in study.pairs if not pair.is_check)
    answers = [Answer("a", pair.name, choice, 1000) for choice in ("left", "right")]
    report = make_report(study, answers)
    assert report.workers[0].answers == 1
    assert report.left_share == 1


def test_table_has_the_form_of_table_2(study):
    answers = [
        *answer_all(study, "a", prefers_ours),
        *answer_all(study, "b", prefers_tgan),
        *answer_all(study, "c", lambda other: other),
    ]
    assert report_text(make_report(study, answers)).splitlines() == [
        "User preference, %",
        "  ours / TGAN     50 [22, 78] / 50 [22, 78], cannot tell 0 [0, 32]; 8 answers of 2"
        " workers",
        "                  published (thesis table 2): 90 / 2",
        "  ours / MoCoGAN  100 [68, 100] / 0 [0, 32], cannot tell 0 [0, 32]; 8 answers of 2"
        " workers",
        "                  published (thesis table 2): 77 / 3",
        "2 of 3 workers count",
        "  1 left out: failed more than 0 attention checks",
        "the left video was chosen in 50% of the decided answers",
        "in brackets: Wilson's intervals at 95%",
    ]
    nobody = report_text(make_report(study, answers[20:]))
    assert "ours / TGAN     no answers that count" in nobody


def test_record_is_json_and_the_picture_is_drawn(study, tmp_path):
    report = make_report(study, answer_all(study, "a", prefers_ours))
    record = json.loads(json.dumps(report.as_record(), allow_nan=False))
    assert record["preferences"][0]["for_ours"]["share"] == 1
    assert record["published"]["MoCoGAN"] == {"for_ours": 77, "for_other": 3}
    draw_report(tmp_path / "table2.png", report)
    with Image.open(tmp_path / "table2.png") as picture:
        assert picture.size[0] == 900
        assert len(picture.convert("RGB").getcolors(1 << 20)) > 10


def test_answer_to_another_study_is_refused(study):
    with pytest.raises(InputError, match="about the pair 'x', which the study lacks"):
        make_report(study, [Answer("a", "x", "left", 1)])
