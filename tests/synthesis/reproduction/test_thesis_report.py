import dataclasses
import json

from synthesis.reproduction.report_page import REAL, STAND_IN
from synthesis.reproduction.settings import QUICK, Settings
from synthesis.reproduction.thesis_report import Outcome, make_report

SETTINGS = Settings(
    "rendered-faces", None, None, None, (), None, None, None, None, "random", "hog", True, QUICK
)


def numbers(report):
    return {number.what: number for number in report.numbers}


def blocks(report):
    return {block.title: block for section in report.sections for block in section.blocks}


def test_without_results_everything_says_so(tmp_path):
    report = make_report(SETTINGS, Outcome(tmp_path, {"figure18": "no face"}, None))
    assert numbers(report)["ACD, MoCoGAN"].published.startswith("0.201 (OpenFace")
    assert numbers(report)["ACD, MoCoGAN"].here == "not scored"
    assert numbers(report)["preference, ours / TGAN"].published == "90 / 2 % of 100 workers"
    assert blocks(report)["Figure 18: fine recovery"].missing == "no face"
    titles = " ".join(blocks(report))
    for figure in (*range(17, 28), "Table 1", "Table 2"):
        name = figure if isinstance(figure, str) else f"Figure {figure}"
        assert name in titles
    assert all(source.kind == STAND_IN for source in report.sources)


def test_numbers_come_from_the_results(tmp_path):
    row = {"model": "ours", "made_by": "12 videos", "extractor": "dlib", "face_share": 1.0}
    scores = [
        {**row, "pairing": "consecutive", "acd": 0.04, "acd_error": 0.001, "motion": 0.01},
        {**row, "pairing": "all", "acd": 0.3, "acd_error": None, "motion": 0.1},
        {**row, "model": "TGAN", "pairing": "all", "face_share": 0.0, "error": "no face"},
    ]
    for name, content in [
        ("table1/table1.json", scores),
        ("lstm/lstm.json", {"validation": {"accuracy": 0.5}, "chain": {"best_accuracy": 0.625}}),
    ]:
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(json.dumps(content))
    share = {"share": 0.75}
    preference = {"ours": "ours", "other": "TGAN", "answers": 4, "workers": 2, "for_ours": share}
    table2 = {
        "preferences": [{**preference, "for_other": {"share": 0.25}, "neither": {"share": 0.0}}],
        "workers": [{}, {}],
    }
    settings = dataclasses.replace(SETTINGS, network="/ffhq.pkl", mug="/mug", trailers=("a.mp4",))
    report = make_report(settings, Outcome(tmp_path, {}, table2))
    found = numbers(report)
    assert found["ACD, ours"].here == "0.040 (dlib, consecutive)"
    assert found["ACD, ours"].kind == REAL
    assert found["ACD, TGAN"].here == "no face"
    assert found["accuracy of the LSTM"].here.startswith("50.0% on held-out clips; the best")
    assert found["preference, ours / TGAN"].here == "75% / 25%"
    assert found["preference, ours / MoCoGAN"].here == "nobody has been asked"
    table = blocks(report)["Table 1: Average Content Distance"].table
    assert [line[:4] for line in table[1:]] == [
        ("ours", "consecutive", "0.040", "0.001"),
        ("ours", "all", "0.300", "–"),
        ("TGAN", "all", "–", "–"),
    ]
    assert blocks(report)["Table 2: what people prefer"].table[1][1:3] == ("75%", "25%")
