import json

import numpy as np
import pytest

from emotion.emotion import Emotion
from stylegan_tf.errors import InputError
from synthesis.timeline import EmotionTimeline, TimelineError, TimelineRow


def test_flag_text():
    timeline = EmotionTimeline.parse("calm, happy:0.5@2, fear:0.25+sadness, 3")
    assert [dict(row.emotions) for row in timeline.rows] == [
        {Emotion.CALM: 1.0},
        {Emotion.HAPPINESS: 0.5},
        {Emotion.FEAR: 0.25, Emotion.SADNESS: 1.0},
        {Emotion.SURPRISE: 1.0},
    ]
    assert [row.seconds for row in timeline.rows] == [None, 2.0, None, None]
    assert timeline.rows[2].label == "fear+sadness"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "needs at least one emotion"),
        ("boredom", "unknown emotion 'boredom'"),
        ("7", "emotion 7 is not one of 0 to 6"),
        ("fear:x", "the share of fear is 'x', not a number"),
        ("fear@soon", "the seconds after '@' is 'soon', not a number"),
        ("fear@-1", "seconds is -1; time does not run backwards"),
        ("fear:nan", "share of fear is nan"),
    ],
)
def test_wrong_text_is_refused(text, message):
    with pytest.raises(InputError, match=message):
        EmotionTimeline.parse(text)


def test_csv_and_json_say_the_same(tmp_path):
    csv, no_header, plain = tmp_path / "a.csv", tmp_path / "b.csv", tmp_path / "c.json"
    csv.write_text("emotion,seconds,strength\r\nhappiness,1.5,0.5\r\nfear+sadness,,\r\n\r\n")
    no_header.write_text("happiness\nfear\n")
    plain.write_text(json.dumps(["happiness", {"emotion": "fear", "hold": 0.5}, 6]))
    assert EmotionTimeline.read(csv).rows == (
        TimelineRow({Emotion.HAPPINESS: 1.0}, 1.5, 0.5),
        TimelineRow({Emotion.FEAR: 1.0, Emotion.SADNESS: 1.0}),
    )
    assert [row.label for row in EmotionTimeline.read(no_header).rows] == ["happiness", "fear"]
    assert [row.hold for row in EmotionTimeline.read(plain).rows] == [0, 0.5, 0]


def test_written_timeline_reads_back(tmp_path):
    timeline = EmotionTimeline(
        (
            TimelineRow({Emotion.CALM: 1.0}, hold=0.1),
            TimelineRow({Emotion.FEAR: 1 / 3, Emotion.ANGER: 1.0}, 2.5, 0.7, 0.2),
        )
    )
    timeline.write(tmp_path / "t.csv")
    assert EmotionTimeline.read(tmp_path / "t.csv") == timeline


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", "emotion,seconds\nfear,1\nanger,long\n", "line 3: seconds is 'long'"),
        ("a.csv", "emotion,speed\nfear,1\n", "line 2: unknown column 'speed'"),
        ("a.csv", "fear,1\n", "line 1: 2 fields, 1 columns"),
        ("a.csv", "", "has no rows"),
        ("a.csv", "emotion\n", "has no rows"),
        ("a.json", "{}", "must hold a list"),
        ("a.json", "[", "is not JSON"),
        ("a.json", '[{"seconds": 2}]', "row 1: the emotion is missing"),
        ("a.txt", "fear", "neither .csv nor .json"),
    ],
)
def test_wrong_file_is_refused(tmp_path, name, content, message):
    (tmp_path / name).write_text(content)
    with pytest.raises(TimelineError, match=message):
        EmotionTimeline.read(tmp_path / name)


def test_missing_or_binary_file_is_refused(tmp_path):
    with pytest.raises(TimelineError, match="there is no sequence file"):
        EmotionTimeline.read(tmp_path / "none.csv")
    (tmp_path / "b.csv").write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(TimelineError, match="it is no UTF-8 text"):
        EmotionTimeline.read(tmp_path / "b.csv")


def test_schedule_without_seconds_is_the_thesis_one():
    schedule = EmotionTimeline.parse("calm,fear,anger").schedule(fps=25)
    assert schedule.arrivals == schedule.departures == (0, 33, 66)


def test_schedule_in_seconds_with_holds_does_not_drift():
    rows = [TimelineRow({Emotion.FEAR: 1.0}, seconds=1.0, hold=0.25)] * 60
    schedule = EmotionTimeline((TimelineRow({Emotion.CALM: 1.0}), *rows)).schedule(29.97)
    assert schedule.num_frames == round(60 * 29.97) + 1
    assert schedule.arrivals[1] == round(0.75 * 29.97)
    assert schedule.departures[1] == round(29.97)


def test_first_row_lasts_its_seconds_and_a_loop_comes_back():
    timeline = EmotionTimeline.parse("calm@2,fear@1")
    assert timeline.schedule(10).departures == (20, 30)
    schedule = timeline.schedule(10, frames_between=4, loop=True)
    assert schedule.arrivals == (0, 30, 35)
    assert schedule.loop


def test_too_short_a_row_is_refused():
    with pytest.raises(TimelineError, match=r"row 2 \(fear\) leaves less than one frame"):
        EmotionTimeline.parse("calm,fear@0.01").schedule(25)
    with pytest.raises(TimelineError, match=r"hold is 2 s of a row that lasts 1 s"):
        TimelineRow({Emotion.FEAR: 1.0}, seconds=1, hold=2)
    with pytest.raises(TimelineError, match="fps is 0"):
        EmotionTimeline.parse("calm").schedule(0)


def test_starting_calm_and_scaled():
    timeline = EmotionTimeline.from_emotions([2, 5])
    assert [row.label for row in timeline.starting_calm().rows] == ["calm", "happiness", "fear"]
    assert timeline.starting_calm().starting_calm() == timeline.starting_calm()
    scaled = timeline.scaled({Emotion.FEAR: 0.5})
    assert [list(row.emotions.values()) for row in scaled.rows] == [[1.0], [0.5]]


def test_labels_name_where_the_face_is_going():
    timeline = EmotionTimeline(
        (TimelineRow({Emotion.CALM: 1.0}, hold=0.2), TimelineRow({Emotion.FEAR: 1.0}))
    )
    schedule = timeline.schedule(10, frames_between=1, loop=True)
    assert schedule.num_frames == 7
    assert list(timeline.labels(schedule)) == ["calm"] * 3 + ["fear"] * 2 + ["calm"] * 2
    assert np.all(schedule.segment(np.arange(7)) == [0, 0, 0, 0, 1, 1, 2])


def test_timed_fills_in_what_rows_leave_open():
    timeline = EmotionTimeline.parse("calm,fear,anger@3").timed(seconds=1, hold=0.5)
    assert [row.seconds for row in timeline.rows] == [None, 1, 3]
    assert [row.hold for row in timeline.rows] == [0.5] * 3
    assert timeline.schedule(10).departures == (5, 15, 45)
